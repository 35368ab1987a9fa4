"""Puts back what was lost or damaged in the store, from what is still there: earlier versions, or the inbox.

Nothing is taken on trust: an original must have the hash that it is named by, a record must be one.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from runtime.objects import Bucket, Exists, Missing, ObjectInfo
from runtime.outage import Unavailable
from schemas.file import Companion, FileFacet
from services.ingest.lost import Lost
from services.ingest.source import Source
from services.ingest.take import spool

log = logging.getLogger(__name__)


async def original_back(one: Lost, inbox: Bucket, library: Bucket, folder: Path) -> str | None:
    """Where its bytes were found; None: nowhere. folder: where they are spooled. Raises Unavailable."""
    stored = await library.get(one.path)
    file = _file(Source.model_validate_json(stored.body), one.sha256) if stored else None
    places = [(library, one.original), *([(inbox, file.key)] if file else [])]
    for bucket, key in places:
        for info in reversed(await bucket.versions(key)):
            if info.deleted or (one.bytes and info.size != one.bytes):
                continue
            with _or_the_next(info, bucket):
                async with spool(bucket, info, folder) as spooled:
                    if spooled.sha256 == one.sha256:
                        media_type = file.media_type if file else "application/octet-stream"
                        await library.put_file(one.original, spooled.path, content_type=media_type)
                        return f"{key} in {bucket.name}, as it was put on {info.modified:%d %B %Y at %H:%M:%S} UTC"
    return None


async def record_back(path: str, library: Bucket, folder: Path) -> str | None:
    """When the version was written that stands again; None: there is none, or what stands is of a newer release.

    Raises Unavailable, also where somebody else writes it meanwhile.
    """
    stored = await library.get(path)
    if stored is None or _is_object(stored.body):
        return None
    for info in reversed(await library.versions(path)):
        if info.deleted:
            continue
        if (body := await _read(library, info, folder)) is None:
            continue
        with suppress(ValidationError):
            Source.model_validate_json(body)
            try:
                await library.put(path, body, if_match=stored.etag)
            except Exists as error:
                raise Unavailable(f"another process wrote {path} meanwhile") from error
            return f"{info.modified:%d %B %Y at %H:%M:%S} UTC"
    return None


def _is_object(body: bytes) -> bool:
    """Whether it is a record, of a release that we may not know."""
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False


async def _read(library: Bucket, info: ObjectInfo, folder: Path) -> bytes | None:
    spooled = folder / "record.json"
    try:
        with _or_the_next(info, library):
            await library.fetch(info.key, spooled, version_id=info.version_id)
            return spooled.read_bytes()
        return None
    finally:
        spooled.unlink(missing_ok=True)


@contextmanager
def _or_the_next(info: ObjectInfo, bucket: Bucket) -> Iterator[None]:
    """Gone or replaced since it was listed: not what we look for. Lost with the same disk: others may not be."""
    try:
        yield
    except (Missing, Exists):
        pass
    except Unavailable as error:
        log.warning("%s in %s, as it was put on %s, is of no use: %s", info.key, bucket.name, info.modified, error)


def _file(source: Source, sha256: str) -> FileFacet | Companion | None:
    """What was said of those bytes when they were taken."""
    for record in (source, source.former):
        for taken in record.versions if record else []:
            files: list[FileFacet | Companion] = [taken.file, *taken.file.companions]
            for file in files:
                if file.sha256 == sha256:
                    return file
    return None
