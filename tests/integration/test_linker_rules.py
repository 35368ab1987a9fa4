"""Naming rules in the linker's view: a change reads all names again, and asks for what is read otherwise alone."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from runtime.broker import Record
from runtime.memory_store import MemoryBucket
from runtime.projection import Change
from runtime.refill import empty
from schemas.folders import FOLDERS
from schemas.rules import REPORT, TRIAL, FolderTrial, RulesTrial
from schemas.topics import ASSET_METADATA
from services.linker import rebuild
from services.linker.ddl import SCHEMA, ddl
from services.linker.filling import Filling
from services.linker.rules_file import KEY
from services.linker.ruling import Ruling
from services.linker.trial import Trials
from tests.integration.linker_view import View, emptied, product

pytestmark = pytest.mark.broker
SECOND = "rules: [{name: second, folder: studio, pattern: '[A-Z]+_(?P<sku>[A-Z]+)_(?P<role>.)', roles: {b: back}}]"


@pytest.fixture
async def view(postgres: str) -> AsyncIterator[View]:
    database = await emptied(postgres)
    async with database.transaction() as db:
        await db.execute("UPDATE linker.naming SET rules = '', folders = '{}'")
    yield View(database)
    await database.close()


def following(view: View) -> Ruling:
    return Ruling(view.world.library, view.database, asyncio.Event())


async def asked(view: View) -> set[tuple[str, str]]:
    async with view.database.transaction() as db:
        rows = await db.fetch("DELETE FROM linker.todo RETURNING kind, id")
        return {(row["kind"], row["id"]) for row in rows}


async def test_a_change_re_links_what_it_reads_otherwise_and_only_that(view: View) -> None:
    other = View(view.database)
    await view.hear(product("TROUSERS"), product("JACKET"), view.file(key="studio/JACKET_TROUSERS_b.jpg"))
    await view.hear(other.file(key="elsewhere/TROUSERS_back.jpg"))
    assert await view.link() == {1: []}  # two articles are named at once
    await asked(view)
    ruling = following(view)
    await view.world.library.put(KEY, SECOND.encode())
    assert await ruling.look() == 1
    assert await asked(view) == {("asset", view.asset)}
    assert await view.link() == {1: ["TROUSERS"]}
    assert await ruling.look() == await following(view).look() == 0
    await view.world.library.put(KEY, b"# none any more")
    assert await ruling.look() == 0, "a file that does not hold changes nothing"
    await view.world.library.put(KEY, b"")
    assert await ruling.look() == 1
    assert await view.link() == {1: []}


async def test_names_that_come_later_are_read_too_and_so_are_products(view: View) -> None:
    await view.world.library.put(KEY, SECOND.encode())
    assert await following(view).look() == 0
    await view.hear(product("JACKET"), view.file(key="studio/JACKET_TROUSERS_b.jpg"))
    assert await view.link() == {1: []}
    assert await view.asked_by(product("TROUSERS"))
    assert await view.link() == {1: ["TROUSERS"]}
    async with view.database.transaction() as db:
        (links,) = await db.fetch("SELECT role FROM linker.link")
        assert links["role"] == "back"


async def test_a_view_that_is_made_anew_is_read_by_the_rules_in_use(view: View) -> None:
    await view.world.library.put(KEY, SECOND.encode())
    ruling = following(view)
    await ruling.look()
    await view.hear(view.file(key="studio/JACKET_TROUSERS_b.jpg"))
    live = [line async for line in rebuild.lines(view.database)]
    assert any(json.loads(line).get("ruled") for line in live)
    await empty(view.database, SCHEMA, ddl())  # as it is first made: no rules are known
    record = Record(ASSET_METADATA.name, 0, 0, b"", b"")
    async with view.database.transaction() as db:
        await Filling().apply(db, [Change(record, view.file(key="studio/JACKET_TROUSERS_b.jpg"))])
    assert [line async for line in rebuild.lines(view.database)] != live
    assert await ruling.look() == 1
    assert [line async for line in rebuild.lines(view.database)] == live


async def test_a_changed_profile_re_links_the_files_of_its_folder_alone(view: View) -> None:
    other = View(view.database)
    await view.hear(product("TROUSERS"), product("JACKET"), view.file(key="agency/JACKET_TROUSERS_b.jpg"))
    await view.hear(other.file(key="elsewhere/JACKET_TROUSERS_b.jpg"))
    assert await view.link() == {1: []}
    await asked(view)
    ruling, library = following(view), view.world.library
    await library.put(KEY, SECOND.encode())  # reads a folder that nothing lies in
    assert await ruling.look() == 0
    await library.put(FOLDERS, b"folders: {agency: {naming: second}}")
    assert await ruling.look() == 1
    assert await asked(view) == {("asset", view.asset)}
    assert await view.link() == {1: ["TROUSERS"]}
    await library.put(FOLDERS, b"folders: {agency: {naming: second, brand: Luma}, elsewhere: {approval: review}}")
    assert await ruling.look() == 0, "no name is read otherwise"
    await library.put(FOLDERS, b"folders: {agency: {naming: '(?P<sku>[A-Z]+)_.*'}}")
    assert await ruling.look() == 1
    assert await view.link() == {1: ["JACKET"]}
    await library.put(FOLDERS, b"folders: [")
    assert await ruling.look() == await following(view).look() == 0, "a file that does not hold changes nothing"
    await library.put(FOLDERS, b"folders: {agency: {naming: third}}")
    assert await ruling.look() == 1, "the rule that it names is not there: the others read"
    assert await view.link() == {1: []}


async def test_what_a_folders_profile_would_do_is_reported_of_its_files(view: View) -> None:
    others = [View(view.database) for _ in range(2)]
    await view.hear(product("TROUSERS"), product("JACKET"), view.file(key="agency/JACKET_TROUSERS_b.jpg"))
    await view.hear(others[0].file(key="agency/x.jpg"), others[1].file(key="agency-2/JACKET_TROUSERS_f.jpg"))
    library = view.world.library
    await library.put(KEY, SECOND.encode())
    trials = Trials(library, view.database)

    async def tried(naming: str) -> RulesTrial:
        asked = FolderTrial(folder="agency", naming=naming, asked=datetime.now(UTC))
        await library.put(TRIAL, asked.model_dump_json().encode())
        assert await trials.look()
        return RulesTrial.model_validate_json(await body(library))

    report = await tried("second")
    assert (report.folder, report.names, report.looked_at, report.faults) == ("agency", 2, 2, [])
    assert report.counts == {"matched": 1, "unmatched": 1, "ambiguous": 0}
    assert report.changes == ["agency/JACKET_TROUSERS_b.jpg"]
    assert report.examples["matched"][0].why == "The rule second reads “TROUSERS”: TROUSERS, back."
    assert "there is no naming rule third" in (await tried("third")).faults[0]
    assert "the pattern has to name one of" in (await tried("(.*)")).faults[0]
    assert await following(view).look() == 0, "what is in use is as it was"


async def body(library: MemoryBucket) -> bytes:
    stored = await library.get(REPORT)
    assert stored is not None
    return stored.body


async def test_rules_on_trial_are_reported_and_change_nothing(view: View) -> None:
    others = [View(view.database) for _ in range(2)]
    await view.hear(product("TROUSERS"), product("JACKET"), view.file(key="studio/JACKET_TROUSERS_b.jpg"))
    await view.hear(others[0].file(key="elsewhere/TROUSERS_back.jpg"), others[1].file(key="studio/JACKET_HAT_f.jpg"))
    library = view.world.library
    await library.put(TRIAL, SECOND.encode())
    trials = Trials(library, view.database)
    assert await trials.look() and not await trials.look()
    report = RulesTrial.model_validate_json(await body(library))
    assert (report.names, report.looked_at, report.faults) == (3, 3, [])
    assert report.counts == {"matched": 1, "unmatched": 2, "ambiguous": 0}
    assert report.examples["matched"][0].why == "The rule second reads “TROUSERS”: TROUSERS, back."
    assert "studio/JACKET_TROUSERS_b.jpg" in report.changes
    assert await following(view).look() == 0, "the rules in use are as they were"
    await library.put(TRIAL, b"rules: [{name: second, pattern: '(.*)'}]")
    assert await trials.look()
    report = RulesTrial.model_validate_json(await body(library))
    assert "rule second" in report.faults[0] and "has to name one of" in report.faults[0]
