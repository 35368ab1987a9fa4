"""A newer edition that joined an asset goes live there; taken back, the version before it is live again."""

from runtime.assets import facet
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.head import HeadFacet
from schemas.inbox import IngestJob
from schemas.topics import INGEST_JOBS
from tests.fakes.curation import AT, Curation, decision
from tests.fakes.versions import ingested
from tests.unit.curator.test_questions import hear_all, named

OTHER = "7f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"


async def joined(curation: Curation) -> AssetIngested:
    """A live picture, a person's word, and what ingest makes of it: version 2. It looks quite different."""
    first = await named(curation.world, 1, "0" * 16)
    await hear_all(curation)
    await curation.decide(decision("a", f"asset/{first.asset_id}", set={f"edition:{OTHER}": "confirmed"}))
    await hear_all(curation)
    event = await named(curation.world, 2, "f" * 16, "IMG_0002.JPG")
    data = {"sha256": event.sha256, "bucket": "inbox", "key": "IMG_0002.JPG", "arrived": AT.isoformat()}
    await curation.world.records.write(facet(event, "file", {**data, "taken_from": OTHER}))
    await hear_all(curation)
    return event


def jobs(curation: Curation) -> list[tuple[str, str | None, bool, str | None]]:
    said = curation.world.said(INGEST_JOBS, IngestJob)
    return [(job.key, job.edition, job.apart, job.asset) for job in said]


async def test_the_edition_goes_live_and_nobody_is_asked(curation: Curation) -> None:
    event = await joined(curation)
    assert curation.heads(event)[-1] == (2, 2, "complete")
    assert ("IMG_0001.JPG", OTHER, False, event.asset_id) in jobs(curation)


async def test_taken_back_the_one_before_is_live_again(curation: Curation) -> None:
    event = await joined(curation)
    await curation.decide(decision("b", f"asset/{event.asset_id}", clear=[f"edition:{OTHER}"]))
    await hear_all(curation)
    assert curation.heads(event)[-1] == (1, 1, "complete")
    assert ("IMG_0001.JPG", OTHER, True, event.asset_id) in jobs(curation)
    found = await curation.world.facet(event.asset_id, 0, "head")
    assert found and HeadFacet.model_validate(found.data).out == [2]
    await curation.decide(decision("c", f"asset/{event.asset_id}", set={f"edition:{OTHER}": "confirmed"}))
    await hear_all(curation)
    assert curation.heads(event)[-1] == (2, 2, "complete")


async def test_what_sleeps_is_kept_and_wakes(curation: Curation) -> None:
    event = await ingested(curation.world, "b")
    for name in ("renditions", "links", "tags"):
        await curation.learn(event, name)

    async def says(**more: str) -> HeadFacet:
        said: Facet = await curation.world.records.write(facet(event, "file", {"key": "b.jpg", **more}))
        await curation.hear(said)
        found = await curation.world.facet(event.asset_id, 0, "head")
        assert found is not None
        return HeadFacet.model_validate(found.data)

    assert (await says()).live == 1
    asleep = await says(edition_of=OTHER)
    assert (asleep.state, asleep.merged_into, asleep.out, asleep.live) == ("merged", OTHER, [1], None)
    assert await curation.world.library.head(f"purges/{event.asset_id}") is None, "the collector leaves it"
    await says(merged_into=OTHER)
    assert await curation.world.library.head(f"purges/{event.asset_id}"), "the other one was purged, and it with it"
    awake = await says()
    assert (awake.state, awake.merged_into, awake.live) == ("complete", None, 1)
    assert await curation.world.library.head(f"purges/{event.asset_id}") is None
