"""Tries naming rules that somebody put into the library on its names and products, and reports there; or what a
folder's profile would say, on the names of that folder.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg
from pydantic import ValidationError

from runtime.database import Database
from runtime.folders import FoldersError, read_folders
from runtime.naming import faults as naming_faults
from runtime.objects import Bucket
from schemas.folders import FOLDERS
from schemas.rules import NAMING, REPORT, TRIAL, FolderTrial, RulesTrial, Tried
from services.linker.by_folder import naming_of, strange, with_folders
from services.linker.candidate_rows import sharing
from services.linker.catalogue import Catalogue
from services.linker.dry_run import OUTCOMES, Report, rehearse
from services.linker.evidence import keys_of, read_evidence
from services.linker.rules import NO_RULES, Rules
from services.linker.rules_file import RulesError, read_rules

MOST = 2000
"""Names that are compared with the products: of more, so many at random."""
TOGETHER = 250
SHOWN = 20


class Trials:
    """Looks now and then; every process of the linker may, the first that reports has done it."""

    def __init__(self, library: Bucket, database: Database) -> None:
        self._library, self._database = library, database
        self._etag = ""

    async def look(self) -> bool:
        """Whether there was something to try. Raises Unavailable."""
        stored = await self._library.get(TRIAL)
        if stored is None or stored.etag == self._etag:
            return False
        own = hashlib.sha256(stored.body).hexdigest()
        known = await self._library.get(REPORT)
        if known is None or RulesTrial.model_validate_json(known.body).of != own:
            report = await self._tried(own, stored.body)
            await self._library.put(REPORT, report.model_dump_json().encode(), content_type="application/json")
        self._etag = stored.etag
        return True

    async def _tried(self, own: str, body: bytes) -> RulesTrial:
        now = datetime.now(UTC)
        in_use, naming = await self._in_use()
        before = with_folders(in_use, naming)
        folder = ""
        try:
            if asked := _of_folder(body):
                folder = asked.folder
                rules = with_folders(in_use, naming | {folder: _checked(asked, in_use)})
            else:
                rules = with_folders(read_rules("The rules", body.decode()), naming)
        except UnicodeDecodeError:
            return RulesTrial(of=own, faults=["The rules are no text in UTF-8. Save them as UTF-8."], at=now)
        except RulesError as error:
            return RulesTrial(of=own, folder=folder, faults=str(error).splitlines(), at=now)
        async with self._database.reading() as db:
            total: int = await db.fetchval(f"SELECT count(*) {_NEWEST}", folder)
            # Ids are random: the first of them are names of all folders.
            rows = await db.fetch(f"SELECT name {_NEWEST} ORDER BY asset_id LIMIT $2", folder, MOST)
            report = await _rehearsed(db, [row["name"] for row in rows], rules, before)
        return RulesTrial.model_validate(
            {"of": own, "folder": folder, "names": total, "looked_at": len(rows), "at": now, **_told(report)}
        )

    async def _in_use(self) -> tuple[Rules, dict[str, str]]:
        """What does not hold is passed over, and said, by whoever reads names."""
        stored, profiles = await self._library.get(NAMING), await self._library.get(FOLDERS)
        try:
            rules = read_rules(NAMING, stored.body.decode()) if stored else NO_RULES
        except (RulesError, UnicodeDecodeError):
            rules = NO_RULES
        try:
            return rules, naming_of(read_folders(FOLDERS, profiles.body.decode())) if profiles else {}
        except (FoldersError, UnicodeDecodeError):
            return rules, {}


_NEWEST = (
    "FROM (SELECT DISTINCT ON (asset_id) asset_id, name FROM linker.asset ORDER BY asset_id, version DESC) one "
    "WHERE $1 = '' OR starts_with(name, $1 || '/')"
)
"""Of each asset. $1: a folder; '': of all."""


def _of_folder(body: bytes) -> FolderTrial | None:
    """None where it is a file of rules."""
    try:
        return FolderTrial.model_validate_json(body)
    except ValidationError:
        return None


def _checked(asked: FolderTrial, rules: Rules) -> str:
    """What it would say. Raises RulesError."""
    wrong = naming_faults(asked.naming) or list(strange(rules, {asked.folder: asked.naming}))
    if wrong:
        raise RulesError("\n".join(wrong))
    return asked.naming


def _told(report: Report) -> dict[str, object]:
    examples = {name: [Tried(file=key, why=why) for key, why in report.examples[name]] for name in OUTCOMES}
    counts = {name: report.counts[name] for name in OUTCOMES}
    changed = {"changed": len(report.changed), "changes": report.changed[:SHOWN]}
    return {"counts": counts, "examples": examples, **changed}


async def _rehearsed(db: asyncpg.Connection, names: Sequence[str], rules: Rules, before: Rules) -> Report:
    whole = Report()
    for start in range(0, len(names), TOGETHER):
        some = names[start : start + TOGETHER]
        catalogue = Catalogue(await sharing(db, {key for name in some for key in _keys(name, rules, before)}))
        whole.add(await asyncio.to_thread(rehearse, some, catalogue, rules, before))
    return whole


def _keys(name: str, *all_rules: Rules) -> set[str]:
    """By which the name may be found, as any of these rules read it."""
    folder, _, last = name.rpartition("/")
    return {key for rules in all_rules for key in keys_of(read_evidence(last, folder, ruled=rules.read(name)))}
