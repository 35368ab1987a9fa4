"""What comes under a purged asset's name is another asset."""

from schemas.inbox import IngestJob
from services.ingest.handler import handle
from tests.unit.ingest.conftest import Ingest, jpeg


async def purge(ingest: Ingest, asset: str | None, purged: bool) -> None:
    await ingest.world.say(handle(IngestJob(bucket="inbox", key="a.jpg", purged=purged, asset=asset), ingest.deps()))


async def test_the_name_begins_anew(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", jpeg("one"))
    await ingest.job("a.jpg")
    first = (await ingest.source("a.jpg")).asset_id
    await purge(ingest, first, True)
    await ingest.job("a.jpg")
    assert len(ingest.announced) == 1, "what still lies in the inbox is not taken again"
    await ingest.world.inbox.put("a.jpg", jpeg("one"))
    await ingest.job("a.jpg")
    second = await ingest.source("a.jpg")
    assert second.asset_id not in (None, first)
    assert [taken.number for taken in second.versions] == [1]


async def test_a_purge_taken_back_gives_the_name_back(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", jpeg("one"))
    await ingest.job("a.jpg")
    first = (await ingest.source("a.jpg")).asset_id
    await purge(ingest, first, True)
    await purge(ingest, first, False)
    await ingest.world.inbox.put("a.jpg", jpeg("two"))
    await ingest.job("a.jpg")
    source = await ingest.source("a.jpg")
    assert (source.asset_id, [taken.number for taken in source.versions]) == (first, [1, 2])


async def test_a_name_that_others_have_meanwhile_is_not_given_back(ingest: Ingest) -> None:
    await test_the_name_begins_anew(ingest)
    second = (await ingest.source("a.jpg")).asset_id
    await purge(ingest, "7f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f", False)
    assert (await ingest.source("a.jpg")).asset_id == second
