"""What comes under a purged asset's name is another asset."""

from schemas.inbox import IngestJob
from services.ingest.book import Book
from services.ingest.handler import handle
from services.ingest.separate import DERIVED
from tests.unit.ingest.conftest import Ingest, jpeg
from tests.unit.ingest.test_moves import test_delete_then_create


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


async def test_a_separate_picture_is_purged_by_itself_and_with_its_bytes(ingest: Ingest) -> None:
    for content in ("one", "two"):
        await ingest.world.inbox.put("a.jpg", jpeg(content))
    await ingest.job("a.jpg")
    await ingest.job("a.jpg", separate=2)
    first = await ingest.source("a.jpg")
    book = Book(ingest.world.library, f"inbox{DERIVED}")
    derived = await book.read("a.jpg#2")
    sha256 = derived.versions[0].file.sha256
    assert [info.key.split("/")[2] for info in await ingest.world.library.listing(f"refs/{sha256}/")] == [
        derived.asset_id
    ]
    await purge(ingest, derived.asset_id, True)
    assert not (await Book(ingest.world.library, f"inbox{DERIVED}").read("a.jpg#2")).owns
    assert (await ingest.source("a.jpg")).owns
    assert (await ingest.source("a.jpg")).asset_id == first.asset_id


async def test_a_purged_list_says_nothing_until_another_comes(ingest: Ingest) -> None:
    await ingest.world.inbox.put("list.csv", b"sku\nX-1\n")
    await ingest.job("list.csv")
    first = (await ingest.source("list.csv")).asset_id
    job = IngestJob(bucket="inbox", key="list.csv", purged=True, asset=first)
    await ingest.world.say(handle(job, ingest.deps()))
    said = len(ingest.world.last())
    await ingest.job("list.csv")
    assert len(ingest.world.last()) == said
    await ingest.world.inbox.put("list.csv", b"sku\nX-2\n")
    await ingest.job("list.csv")
    assert (await ingest.source("list.csv")).asset_id not in (None, first)


async def test_an_ended_asset_is_not_named_again(ingest: Ingest) -> None:
    await test_delete_then_create(ingest)
    heir = await ingest.source("shoes/b.jpg")
    (short,) = heir.merged
    for info in await ingest.world.library.versions(f"facets/{short}/1/file.json"):
        await ingest.world.library.remove(info.key, info.version_id)
    await ingest.job("shoes/b.jpg", task="announce", version=1)
    assert await ingest.world.facet(short, 1, "file") is None
