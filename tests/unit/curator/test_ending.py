"""Assets that end: purged, held, taken back, merged."""

from typing import Any

import pytest

from runtime.assets import is_wanted, standing
from schemas.asset import AssetIngested
from schemas.facet import Facet, facet_object
from schemas.head import HeadFacet
from schemas.inbox import IngestJob
from schemas.topics import INGEST_JOBS
from tests.fakes.curation import WAVE, Curation, decision
from tests.fakes.versions import ingested
from tests.fakes.world import World


async def ready(curation: Curation) -> AssetIngested:
    """An asset that is live."""
    event = await ingested(curation.world)
    for name in WAVE:
        await curation.learn(event, name)
    return event


async def decide(curation: Curation, event: AssetIngested, id: str, **more: Any) -> Facet:
    """A person decides, and the curator hears of what it has folded."""
    await curation.decide(decision(id, f"asset/{event.asset_id}", **more))
    curated = await curation.world.facet(event.asset_id, 0, "curation")
    assert curated is not None
    await curation.hear(curated)
    return curated


async def head(world: World, event: AssetIngested) -> HeadFacet:
    found = await world.facet(event.asset_id, 0, "head")
    assert found is not None
    return HeadFacet.model_validate(found.data)


async def test_a_purged_asset_is_live_no_more_and_its_clock_runs() -> None:
    curation = Curation(World())
    event = await ready(curation)
    await decide(curation, event, "d1", set={"purge": "the model withdrew"})
    found = await head(curation.world, event)
    assert (found.live, found.state, found.out) == (None, "purged", [1])
    library = curation.world.library
    assert await library.head(f"purges/{event.asset_id}")
    assert not await is_wanted(library, event, await standing(library, event.asset_id))
    (job,) = curation.world.said(INGEST_JOBS, IngestJob)
    assert (job.purged, job.asset) == (True, event.asset_id)


@pytest.mark.parametrize(
    ("said", "heir"), [("6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f", True), ("nobody", False), (7, False), (None, False)]
)
async def test_a_purged_copys_addresses_lead_to_the_better_one(said: object, heir: bool) -> None:
    curation = Curation(World())
    event = await ready(curation)
    await decide(curation, event, "d1", set={"purge": "a copy", "heir": said})
    found = await head(curation.world, event)
    assert (found.state, found.merged_into) == ("purged", said if heir else None)
    await decide(curation, event, "d2", clear=["purge", "heir"])
    assert (await head(curation.world, event)).merged_into is None


async def test_the_clock_runs_from_the_first_time() -> None:
    curation = Curation(World())
    event = await ready(curation)
    curated = await decide(curation, event, "d1", set={"purge": "the model withdrew"})
    (before,) = await curation.world.library.versions(f"purges/{event.asset_id}")
    curation.born()
    await curation.hear(curated)
    assert await curation.world.library.versions(f"purges/{event.asset_id}") == [before]


async def test_a_purge_can_be_taken_back() -> None:
    curation = Curation(World())
    event = await ready(curation)
    await decide(curation, event, "d1", set={"purge": "by mistake"})
    await decide(curation, event, "d2", clear=["purge"])
    found = await head(curation.world, event)
    assert (found.live, found.state, found.out) == (1, "complete", [])
    assert await curation.world.library.head(f"purges/{event.asset_id}") is None
    assert [job.purged for job in curation.world.said(INGEST_JOBS, IngestJob)] == [True, False]


async def test_what_is_held_is_not_purged() -> None:
    curation = Curation(World())
    event = await ready(curation)
    await decide(curation, event, "d1", set={"hold": "case 7"})
    curated = await decide(curation, event, "d2", set={"purge": "old"})
    assert curated.data["refused"][0]["cause"] == "nothing of it may go: case 7"
    assert (await head(curation.world, event)).state == "complete"
    curated = await decide(curation, event, "d3", set={"purge": "old"}, clear=["hold"])
    assert (await head(curation.world, event)).state == "purged"


async def test_a_merged_asset_names_its_heir() -> None:
    curation = Curation(World())
    event = await ready(curation)
    heir = "7f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"
    known = await curation.world.facet(event.asset_id, 1, "file")
    assert known is not None
    told = known.model_copy(update={"revision": known.revision + 1, "data": {**known.data, "merged_into": heir}})
    await curation.world.library.put(facet_object(event.asset_id, 1, "file"), told.model_dump_json().encode())
    await curation.hear(told)
    found = await head(curation.world, event)
    assert (found.live, found.state, found.merged_into) == (None, "merged", heir)
    assert await curation.world.library.head(f"purges/{event.asset_id}")
    assert not curation.world.said(INGEST_JOBS, IngestJob)
