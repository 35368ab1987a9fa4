"""Signatures of webhooks: over the bytes as they came, compared in constant time, two secrets valid at once; and times
that are signed with them."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

OLDEST, AHEAD = timedelta(days=2), timedelta(minutes=5)
"""Retries go on for more than a day and may carry the time of the first try; an older one is somebody's replay."""


def hmac_sha256(secrets: Sequence[str], body: bytes, given: Iterable[str]) -> bool:
    """Whether one of the hexadecimal signatures given is of that body by one of our secrets.

    All are compared, whichever fits first. An empty secret signs nothing. Headers may hold any bytes, see `raw`.
    """
    ours = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode() for secret in secrets if secret]
    theirs = [raw(one.strip().lower()) for one in given]
    fits = [hmac.compare_digest(own, their) for own in ours for their in theirs]
    return any(fits)


def raw(header: str) -> bytes:
    """A header's bytes as they came: aiohttp keeps those that are no UTF-8 as surrogates."""
    return header.encode(errors="surrogateescape")


def check_recent(said: object, now: datetime) -> None:
    """Raises ValueError for a time that is none, too old, or of the future."""
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError as error:
        raise ValueError("its timestamp is no time") from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not now - OLDEST <= at <= now + AHEAD:
        raise ValueError(f"its timestamp {at.isoformat()} is not of these two days")
