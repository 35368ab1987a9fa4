"""A person wants an older version back: ingest is told until it is done, and nobody is asked what it is."""

import json
from datetime import timedelta
from typing import Any

from runtime.assets import facet, read_facet
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.inbox import IngestJob
from schemas.topics import INGEST_JOBS
from services.curator.history import arrived
from tests.fakes.curation import AT, Curation, decision
from tests.fakes.versions import ingested
from tests.unit.curator.test_editions import OTHER
from tests.unit.curator.test_questions import hear_all, named


async def replaced(curation: Curation) -> AssetIngested:
    """Version 2 is live."""
    for version in (1, 2):
        event = await named(curation.world, version, "0" * 16)
    await hear_all(curation)
    assert curation.heads(event)[-1] == (2, 2, "complete")
    return event


async def wish(curation: Curation, event: AssetIngested, id: str = "a", over: int = 2) -> None:
    said = {"restore": {"version": 1, "over": over}}
    await curation.decide(decision(id, f"asset/{event.asset_id}", set=said))
    await hear_all(curation)


def jobs(curation: Curation) -> list[tuple[int | None, int | None]]:
    return [(job.restore, job.over) for job in curation.world.said(INGEST_JOBS, IngestJob)]


async def made(curation: Curation, version: int, hash: str, **file: object) -> None:
    """What ingest and the workers say of that version; its folder wants approval."""
    event = await ingested(curation.world, "IMG_0001", version=version, body=hash.encode())
    arrived_at = (AT + timedelta(hours=version)).isoformat()
    data = {"sha256": event.sha256, "bucket": "inbox", "key": "IMG_0001.JPG", "arrived": arrived_at, **file}
    told: dict[str, dict[str, Any]] = {
        "file": {**data, "profile": {"approval": "review"}},
        "renditions": {},
        "links": {},
        "tags": {"hash": hash},
    }
    for name, said in told.items():
        await curation.world.records.write(facet(event, name, said))
    await hear_all(curation)


async def test_ingest_is_told_until_there_is_a_later_version(curation: Curation) -> None:
    event = await replaced(curation)
    await wish(curation, event)
    assert set(jobs(curation)) == {(1, 2)}
    await made(curation, 3, "0" * 16, restored=1)
    told = len(jobs(curation))
    await curation.decide(decision("b", f"asset/{event.asset_id}", set={"tag:shoe": "confirmed"}))
    await hear_all(curation)
    assert len(jobs(curation)) == told


async def test_it_goes_live_though_it_looks_otherwise_and_its_folder_wants_approval(curation: Curation) -> None:
    event = await replaced(curation)
    await wish(curation, event)
    await made(curation, 3, "f" * 16, restored=1)
    assert curation.heads(event)[-1] == (3, 3, "complete")
    await made(curation, 4, "f" * 16)
    assert curation.heads(event)[-1] == (3, 4, "waiting"), "what is dropped next waits as ever"


async def test_what_was_decided_before_a_newer_one_came_is_refused(curation: Curation) -> None:
    event = await replaced(curation)
    await wish(curation, event, over=1)
    assert jobs(curation) == []
    found = await read_facet(curation.world.library, event.asset_id, 0, "curation")
    assert found is not None and "restore" not in found.data["fields"]
    assert "version 2 has come meanwhile" in found.data["refused"][0]["cause"]


def test_history_says_what_it_is() -> None:
    data = {"bucket": "inbox", "key": "a.jpg", "arrived": AT.isoformat(), "restored": 1}
    said = Facet(asset_id=OTHER, version=3, facet="file", revision=1, status="done", written=AT, data=data)
    note = arrived(said)
    assert note is not None and json.loads(note.body)["event"] == "Version 3 is version 1 again"
