"""Follows the naming rules in the library: a change reads all names again, and re-links what is read otherwise."""

import asyncio
import json
import logging
from functools import lru_cache

import asyncpg

from runtime.database import Database
from runtime.objects import Bucket
from runtime.outage import ride_out
from services.linker import asset_rows, todo_rows
from services.linker.evidence import evidence_at, keys_of
from services.linker.rules import Reading, Rules
from services.linker.rules_file import KEY, RulesError, read_rules
from services.linker.trial import Trials

log = logging.getLogger(__name__)
FRESH_S = 5.0
_AT_ONCE = 2000


@lru_cache(maxsize=2)
def _read(text: str) -> Rules:
    return read_rules(KEY, text)


async def rules_of(db: asyncpg.Connection) -> Rules:
    """Those that the view is read by. They do not change before the transaction ends."""
    return _read(await db.fetchval("SELECT rules FROM linker.naming FOR SHARE"))


class Ruling:
    """Looks every FRESH_S whether the view is read by the rules of the library; every process of the linker may."""

    def __init__(self, library: Bucket, database: Database, touched: asyncio.Event) -> None:
        self._library, self._database, self._touched = library, database, touched
        self._trials = Trials(library, database)
        self._stopping = asyncio.Event()
        self._etag, self._text = "", ""

    def stop(self) -> None:
        """End after the running look."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.is_set():
            await ride_out(self.look)
            await ride_out(self._trials.look)
            try:
                await asyncio.wait_for(self._stopping.wait(), FRESH_S)
            except TimeoutError:
                continue

    async def look(self) -> int:
        """Returns how many versions are read otherwise by now. Rules that do not hold are passed over, and said."""
        stored = await self._library.get(KEY)
        etag = stored.etag if stored else ""
        if etag != self._etag:
            try:
                text = stored.body.decode() if stored else ""
                _read(text)
                self._text = text
            except (RulesError, UnicodeDecodeError) as error:
                log.error("the naming rules stay as they were: %s", error)
            self._etag = etag
        async with self._database.reading() as db:
            if await _reads_by(db, self._text):
                return 0
        async with self._database.transaction() as db:
            changed = await _apply(db, self._text)
        if changed:
            self._touched.set()
        return changed


async def _reads_by(db: asyncpg.Connection, text: str) -> bool:
    """Whether the view is read by these rules already."""
    return bool(await db.fetchval("SELECT rules = $1 FROM linker.naming", text))


async def _apply(db: asyncpg.Connection, text: str) -> int:
    if await _reads_by(db, text):
        return 0  # another process was first
    await db.execute("UPDATE linker.naming SET rules = $1", text)  # waits for rows that are read by the ones before
    rules, last, changed = _read(text), ("", 0), 0
    while found := await db.fetch(
        "SELECT asset_id, version, name, facts, ruled FROM linker.asset WHERE (asset_id, version) > ($1, $2) "
        "ORDER BY asset_id, version LIMIT $3", *last, _AT_ONCE,
    ):  # fmt: skip
        for one in found:
            changed += await _read_again(db, rules, one)
        last = found[-1]["asset_id"], found[-1]["version"]
    return changed


async def _read_again(db: asyncpg.Connection, rules: Rules, one: asyncpg.Record) -> bool:
    reading, own = rules.read(one["name"]), (one["asset_id"], one["version"])
    before = Reading.model_validate_json(one["ruled"]) if one["ruled"] else None
    if reading == before:
        return False
    said = reading.model_dump_json() if reading else None
    await db.execute("UPDATE linker.asset SET ruled = $3 WHERE asset_id = $1 AND version = $2", *own, said)
    await asset_rows.put_keys(db, own, keys_of(evidence_at(one["name"], json.loads(one["facts"]), reading)), "file")
    await todo_rows.put_todo(db, [("asset", one["asset_id"])])
    return True
