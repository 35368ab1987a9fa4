"""Follows the naming rules in the library, and what folders' profiles say of them: a change reads all names again,
and re-links what is read otherwise.
"""

import asyncio
import json
import logging
from functools import lru_cache

import asyncpg

from runtime.database import Database
from runtime.folders import read_folders
from runtime.objects import Bucket
from runtime.outage import ride_out
from schemas.folders import FOLDERS
from services.linker import asset_rows, todo_rows
from services.linker.by_folder import naming_of, strange, with_folders
from services.linker.evidence import evidence_at, keys_of
from services.linker.kept import Kept
from services.linker.rules import Reading, Rules
from services.linker.rules_file import KEY, read_rules
from services.linker.trial import Trials

log = logging.getLogger(__name__)
FRESH_S = 5.0
_AT_ONCE = 2000


@lru_cache(maxsize=2)
def _read(text: str, naming: str) -> Rules:
    rules, by_folder = read_rules(KEY, text), json.loads(naming)
    for fault in strange(rules, by_folder):
        log.error("%s: %s Until it is mended, the other rules read its files.", FOLDERS, fault)
    return with_folders(rules, by_folder)


def _rules_text(text: str) -> str:
    read_rules(KEY, text)
    return text


def _naming_text(text: str) -> str:
    """What is said of naming alone: other changes of profiles read no name again."""
    return json.dumps(naming_of(read_folders(FOLDERS, text)), sort_keys=True)


async def rules_of(db: asyncpg.Connection) -> Rules:
    """Those that the view is read by. They do not change before the transaction ends."""
    row = await db.fetchrow("SELECT rules, folders FROM linker.naming FOR SHARE")
    return _read(row["rules"], row["folders"])


class Ruling:
    """Looks every FRESH_S whether the view is read by the rules of the library; every process of the linker may."""

    def __init__(self, library: Bucket, database: Database, touched: asyncio.Event) -> None:
        self._database, self._touched = database, touched
        self._trials = Trials(library, database)
        self._stopping = asyncio.Event()
        self._rules, self._naming = Kept(library, KEY, _rules_text), Kept(library, FOLDERS, _naming_text)

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
        await self._rules.look()
        await self._naming.look()
        wanted = self._rules.says, self._naming.says
        async with self._database.reading() as db:
            if await _changes(db, *wanted) is None:
                return 0
        async with self._database.transaction() as db:
            changed = await _apply(db, *wanted)
        if changed:
            self._touched.set()
        return changed


async def _changes(db: asyncpg.Connection, text: str | None, naming: str | None) -> tuple[str, str] | None:
    """What the view has to be read by; None where it is. A file that never held leaves it as it is."""
    row = await db.fetchrow("SELECT rules, folders FROM linker.naming")
    before = row["rules"], row["folders"]
    wanted = before[0] if text is None else text, before[1] if naming is None else naming
    return None if wanted == before else wanted


async def _apply(db: asyncpg.Connection, text: str | None, naming: str | None) -> int:
    wanted = await _changes(db, text, naming)
    if wanted is None:
        return 0  # another process was first
    # waits for rows that are read by the ones before
    await db.execute("UPDATE linker.naming SET rules = $1, folders = $2", *wanted)
    rules, last, changed = _read(*wanted), ("", 0), 0
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
