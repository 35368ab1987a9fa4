"""A version that a person calls a picture of its own becomes another asset, once, and the name keeps its first."""

from schemas.asset import AssetIngested
from services.ingest.separate import DERIVED
from services.ingest.source import load
from tests.unit.ingest.conftest import Ingest, jpeg


async def two_pictures(ingest: Ingest, key: str = "IMG_0001.JPG") -> None:
    for body in (jpeg("one"), jpeg("two")):
        await ingest.world.inbox.put(key, body)
    await ingest.job(key)


async def apart(ingest: Ingest) -> list[AssetIngested]:
    """What was announced of other assets than the name's own."""
    own = (await ingest.source("IMG_0001.JPG")).asset_id
    return [event for event in ingest.announced if event.asset_id != own]


async def test_a_separate_picture_is_an_asset_of_its_own(ingest: Ingest) -> None:
    await two_pictures(ingest)
    source = await ingest.source("IMG_0001.JPG")
    await ingest.job("IMG_0001.JPG", separate=2)
    (event,) = await apart(ingest)
    assert (event.version, event.sha256, event.key) == (1, source.versions[1].file.sha256, "IMG_0001.JPG")
    file = await ingest.world.facet(event.asset_id, 1, "file")
    assert file is not None
    assert (file.status, file.data["key"], file.data["version_id"]) == (
        "done",
        "IMG_0001.JPG",
        source.versions[1].file.version_id,
    )
    assert await ingest.world.library.head(f"refs/{event.sha256}/{event.asset_id}/1") is not None
    assert await ingest.source("IMG_0001.JPG") == source


async def test_separated_again_is_the_same_asset(ingest: Ingest) -> None:
    await two_pictures(ingest)
    for _ in range(2):
        await ingest.job("IMG_0001.JPG", separate=2)
    assert sorted(event.version for event in ingest.announced) == [1, 1, 2]
    assert len(await apart(ingest)) == 1


async def test_the_name_goes_on_with_its_own_asset(ingest: Ingest) -> None:
    await two_pictures(ingest)
    await ingest.job("IMG_0001.JPG", separate=2)
    await ingest.world.inbox.put("IMG_0001.JPG", jpeg("three"))
    await ingest.job("IMG_0001.JPG")
    own = (await ingest.source("IMG_0001.JPG")).asset_id
    assert sorted(event.version for event in ingest.announced if event.asset_id == own) == [1, 2, 3]


async def test_what_is_not_there_or_was_refused_is_no_picture(ingest: Ingest) -> None:
    await ingest.world.inbox.put("a.jpg", b"%!PS")
    await ingest.job("a.jpg")
    before = len(await ingest.world.library.listing(""))
    for version in (1, 7):
        await ingest.job("a.jpg", separate=version)
    assert ingest.announced == []
    assert len(await ingest.world.library.listing("")) == before


async def test_it_is_announced_again_where_the_sweep_asks(ingest: Ingest) -> None:
    await two_pictures(ingest)
    await ingest.job("IMG_0001.JPG", separate=2)
    own, _ = await load(ingest.world.library, f"inbox{DERIVED}", "IMG_0001.JPG#2")
    assert [own.asset_id] == [event.asset_id for event in await apart(ingest)]
    await ingest.job(own.key, task="announce", version=1, bucket=own.bucket)
    assert len(await apart(ingest)) == 2
    assert len(ingest.announced_ids) == 3
