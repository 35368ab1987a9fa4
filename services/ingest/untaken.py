"""What lies in the inbox and was not taken as it lies there, by the ledger: files, what lies under them, side-cars."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from runtime.objects import Bucket
from services.ingest.hidden import hidden
from services.ingest.ledger import Ledger
from services.ingest.names import SIDECAR
from services.ingest.source import path_of
from services.ingest.waiting import Patience, on_its_way

_UNTAKEN = """
SELECT there.key, there.size, there.modified, names.empty_since
FROM there LEFT JOIN names ON names.key = there.key AND names.bucket = ?
WHERE there.base IS NULL AND (names.path IS NULL OR names.open OR names.current != there.mark)
"""
_BESIDE = """
INSERT OR REPLACE INTO beside
SELECT names.owner, there.key, there.mark, ? - there.modified < CASE there.size WHEN 0 THEN ? ELSE ? END
FROM there JOIN names ON {} = there.base
WHERE there.base IS NOT NULL AND names.bucket = ?
"""
_SIDECARS = """
SELECT key, keys, sidecars,
    (SELECT json_group_array(beside.key || ':' || beside.mark) FROM beside WHERE beside.owner = names.path)
FROM names
WHERE asset IS NOT NULL AND bucket = ?
    AND path IN (SELECT owner FROM beside UNION SELECT path FROM names WHERE sidecars != '[]')
    AND NOT EXISTS (SELECT 1 FROM beside WHERE beside.owner = names.path AND beside.young)
"""


async def unreadable(ledger: Ledger) -> set[str]:
    """Records that cannot be read: what they are about is left alone."""
    return {path for (path,) in await ledger.all("SELECT path FROM names WHERE etag = ''")}


async def untaken(ledger: Ledger, bucket: str, until: datetime, grace: Patience, left: set[str]) -> AsyncIterator[str]:
    """Keys of files; what was put after `until` is on its way. left: records of those that are left alone."""
    async for rows in ledger.rows(_UNTAKEN, (bucket,)):
        for key, size, modified, empty_since in rows:
            since = empty_since if empty_since is not None and size == 0 else modified
            young = on_its_way(datetime.fromtimestamp(since, UTC), size, until, grace)
            if not young and not (left and path_of(bucket, key) in left):
                yield key


async def covered(ledger: Ledger, inbox: Bucket, before: datetime, left: set[str]) -> AsyncIterator[str]:
    """Keys under which something lies that came and was covered, before that time, and was not taken."""
    async for history in inbox.histories(""):
        keys = json.dumps(sorted({info.key for info in history}))
        rows = await ledger.all(
            "SELECT key, done FROM names WHERE bucket = ? AND key IN (SELECT value FROM json_each(?))",
            (inbox.name, keys),
        )
        done: Mapping[str, set[str]] = {key: set(json.loads(marks)) for key, marks in rows}
        for key in hidden(history, done, before):
            if not (left and path_of(inbox.name, key) in left):
                yield key


async def drifted(ledger: Ledger, bucket: str, until: datetime, grace: Patience) -> AsyncIterator[str]:
    """Keys to hint at where other side-cars lie beside an asset's files, some of which are there, than were read."""
    bounds = (until.timestamp(), grace.empty_s, grace.still_s, bucket)
    await ledger.write(
        ("DELETE FROM beside", [()]), (_BESIDE.format("names.key"), [bounds]), (_BESIDE.format("names.bare"), [bounds])
    )
    async for rows in ledger.rows(_SIDECARS, (bucket,)):
        for _, keys, read, found in rows:
            if set(json.loads(read)) == set(json.loads(found)):
                continue
            there = await ledger.all(
                "SELECT there.key FROM json_each(?) AS own JOIN there ON there.key = own.value ORDER BY own.key",
                (keys,),
            )
            if there:
                yield f"{there[0][0]}{SIDECAR}"
