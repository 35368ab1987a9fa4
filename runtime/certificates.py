"""When the certificates end that a process was started with: a warning weeks before nobody is let in any more.

What counts is what the process read, not what lies there now: a renewed file helps from the next start on.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509

from runtime import metrics
from runtime.config import Settings

log = logging.getLogger(__name__)
AUTHORITY, OWN = "_ca", "_certificate"
"""Ends of the names of settings that name files of certificates."""


def note(settings: Settings) -> None:
    """Of each setting that names a file; one that cannot be read is told by who needs it."""
    for name, path, authority in _files(settings):
        try:
            ends = ends_at(path.read_bytes(), authority=authority)
        except (OSError, ValueError) as error:
            log.warning("PACKSHOT_%s: %s: when it ends is not known: %s", name.upper(), path, error)
        else:
            metrics.CERTIFICATE_ENDS.labels(name).set(ends)


def _files(settings: Settings) -> Iterator[tuple[str, Path, bool]]:
    """(label, file, whether it is an authority's). PostgreSQL's stand in its address."""
    for name in type(settings).model_fields:
        path = getattr(settings, name)
        if isinstance(path, Path) and name.endswith((AUTHORITY, OWN)):
            yield name, path, name.endswith(AUTHORITY)
    said = parse_qs(urlsplit(settings.database_url).query)
    for parameter, authority in (("sslrootcert", True), ("sslcert", False)):
        for file in said.get(parameter, ()):
            yield f"database_url_{parameter}", Path(file), authority


def ends_at(pem: bytes, *, authority: bool) -> float:
    """Unix time. Of our own chain the first that ends counts; of authorities, which are renewed by adding, the last.

    Raises ValueError where no certificate is in it.
    """
    ends = [one.not_valid_after_utc.timestamp() for one in x509.load_pem_x509_certificates(pem)]
    return max(ends) if authority else min(ends)
