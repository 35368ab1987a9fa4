"""Hints in every dialect: SeaweedFS' notifications, Amazon's S3 event JSON, our own. Only the key is believed."""

import json
import logging
from collections.abc import Callable
from urllib.parse import unquote_plus

from pydantic import ValidationError

from runtime.broker import Record
from schemas.base import Contract
from schemas.inbox import InboxHint
from services.ingest.seaweed import new_path

log = logging.getLogger(__name__)
_BUCKETS = "/buckets/"


class Hints(Contract):
    """What one record of `inbox.events` points at; often nothing of ours."""

    hints: list[InboxHint]


def seaweed_hint(path: str) -> InboxHint | None:
    """`/buckets/<bucket>/<key>`, in a versioned bucket `<key>.versions/v_<id>`; system folders give None."""
    if not path.startswith(_BUCKETS):
        return None
    bucket, _, key = path.removeprefix(_BUCKETS).partition("/")
    if bucket.startswith(".") or not key or key.startswith(".uploads/") or "/.uploads/" in key:
        return None
    if ".versions/" in key:
        head, _, tail = key.rpartition(".versions/")
        if tail.startswith("v_") or not tail:
            key = head
    key = key.removesuffix(".versions")
    return InboxHint(bucket=bucket, key=key) if key else None


def amazon(event: dict[str, object]) -> list[InboxHint]:
    """An S3 event's records, whose keys are written as in addresses. Raises KeyError, TypeError, ValidationError."""
    records = event.get("Records")
    found = []
    for record in records if isinstance(records, list) else []:
        s3 = record["s3"]
        found.append(InboxHint(bucket=s3["bucket"]["name"], key=unquote_plus(s3["object"]["key"])))
    return found


def _filer(record: Record) -> list[InboxHint]:
    """The path that changed and, where it was renamed (SFTP clients send under another name first), what it became."""
    try:
        paths = [(record.key or b"").decode(), new_path(record.value)]
    except UnicodeDecodeError:
        log.warning("the name %r is not UTF-8, S3 cannot speak of it: rename the file", record.key)
        return []
    found = [seaweed_hint(path) for path in paths if path]
    return list(dict.fromkeys(hint for hint in found if hint))


def decode(record: Record) -> Hints:
    """Any dialect to hints. Raises ValueError for what is none of them."""
    if (record.key or b"").startswith(b"/"):  # a path in the filer: SeaweedFS tells of all of them, its own too
        return Hints(hints=_filer(record))
    try:
        body = json.loads(record.value or b"")
        if isinstance(body, dict) and body.get("Event") == "s3:TestEvent":
            return Hints(hints=[])  # Amazon says once that it could speak
        listed = isinstance(body, dict) and "Records" in body
        hints = amazon(body) if listed else [InboxHint.model_validate(body)]
        for hint in hints:
            f"{hint.bucket}/{hint.key}".encode()  # JSON can escape halves of letters, which no key can hold
        return Hints(hints=hints)
    except (KeyError, TypeError, ValidationError) as error:
        raise ValueError(f"not a notification that we know: {error}") from error


def concerning(buckets: set[str]) -> Callable[[Record], bool]:
    """False for what SeaweedFS tells of other buckets: each thing that we write into the library is told too."""
    paths = tuple(f"{_BUCKETS}{bucket}/".encode() for bucket in buckets)
    return lambda record: not (record.key or b"").startswith(b"/") or (record.key or b"").startswith(paths)
