"""A newer edition becomes a version of the asset whose place it takes, and goes back with nothing lost."""

from schemas.inbox import IngestJob
from services.ingest.handler import handle
from tests.unit.ingest.conftest import Ingest, jpeg, tiff

OLD, NEW = "a_main.jpg", "a_main_v2.jpg"


async def say(ingest: Ingest, owner: str, edition: str, *, apart: bool = False) -> None:
    """What a person says of both, as the curator sends it."""
    job = IngestJob(bucket="inbox", key=OLD, asset=owner, edition=edition, apart=apart)
    await ingest.world.say(handle(job, ingest.deps()))


async def both(ingest: Ingest) -> tuple[str, str]:
    """Two files, each an asset of its own; their ids."""
    for key in (OLD, NEW):
        await ingest.world.inbox.put(key, jpeg(key))
        await ingest.job(key)
    old, new = (await ingest.source(OLD)).asset_id, (await ingest.source(NEW)).asset_id
    assert old and new
    return old, new


async def test_it_is_the_next_version_and_its_name_a_source(ingest: Ingest) -> None:
    old, new = await both(ingest)
    await say(ingest, old, new)
    await say(ingest, old, new)  # told again with each decision
    assert [(event.asset_id, event.version, event.key) for event in ingest.announced] == [
        (old, 1, OLD), (new, 1, NEW), (old, 2, NEW)
    ]  # fmt: skip
    file, asleep = await ingest.world.facet(old, 2, "file"), await ingest.world.facet(new, 1, "file")
    assert file and (file.data["taken_from"], file.data["key"]) == (new, NEW)
    assert asleep and asleep.data["edition_of"] == old
    for key, body in ((NEW, "third"), (OLD, "fourth")):
        await ingest.world.inbox.put(key, jpeg(body))
        await ingest.job(key)
    found = await ingest.source(OLD)
    assert [(one.number, one.file.key, one.file.taken_from) for one in found.versions] == [
        (1, OLD, None), (2, NEW, new), (3, NEW, new), (4, OLD, None)
    ]  # fmt: skip
    assert found.versions[3].file.companions == [], "the other name is no companion of this one"


async def test_split_again_nothing_is_lost(ingest: Ingest) -> None:
    old, new = await both(ingest)
    await say(ingest, old, new)
    await ingest.world.inbox.put(NEW, jpeg("third"))
    await ingest.job(NEW)
    for _ in range(2):
        await say(ingest, old, new, apart=True)
    source, back = await ingest.source(OLD), await ingest.source(NEW)
    assert (source.asset_id, [one.number for one in source.versions], source.parts) == (old, [1], [])
    assert (back.asset_id, [one.number for one in back.versions]) == (new, [1, 2])
    awake = await ingest.world.facet(new, 1, "file")
    assert awake and "edition_of" not in awake.data
    for asset, hashes in ((old, await ingest.hashes(OLD)), (new, await ingest.hashes(NEW))):
        there = {info.key for info in await ingest.world.library.listing("refs/") if f"/{asset}/" in info.key}
        assert there == {f"refs/{sha256}/{asset}/{number}" for number, sha256 in enumerate(hashes, 1)}
    await ingest.world.inbox.put(OLD, jpeg("fifth"))
    await ingest.job(OLD)
    assert [one.number for one in (await ingest.source(OLD)).versions] == [1, 4], "no number is used twice"


async def test_joined_once_more_it_is_a_version_again(ingest: Ingest) -> None:
    old, new = await both(ingest)
    for apart in (False, True, False):
        await say(ingest, old, new, apart=apart)
    assert [one.number for one in (await ingest.source(OLD)).versions] == [1, 3]
    assert (await ingest.source(NEW)).part_of == OLD


async def test_side_cars_of_both_names_are_read(ingest: Ingest) -> None:
    old, new = await both(ingest)
    await say(ingest, old, new)
    await ingest.world.inbox.put("a_main_v2.xmp", b"Second")
    await ingest.job("a_main_v2.xmp")
    await ingest.world.inbox.put("a_main.xmp", b"First")
    await ingest.job("a_main.xmp")
    assert (await ingest.source(OLD)).sidecar == {"title": "Second"}, "the newer name says it"


async def test_a_master_takes_its_companions_with_it_and_back(ingest: Ingest) -> None:
    beside = "a_main_v2.tif"
    for key, body in ((OLD, jpeg("one")), (beside, tiff("layers")), (NEW, jpeg("two"))):
        await ingest.world.inbox.put(key, body)
        await ingest.job(key)
    old, master = (await ingest.source(OLD)).asset_id or "", (await ingest.source(beside)).asset_id or ""
    assert (await ingest.source(NEW)).part_of == beside
    await say(ingest, old, master)
    assert (await ingest.source(NEW)).part_of == OLD
    assert [one.key for one in (await ingest.source(OLD)).versions[-1].file.companions] == [NEW]
    await say(ingest, old, master, apart=True)
    assert ((await ingest.source(NEW)).part_of, (await ingest.source(beside)).asset_id) == (beside, master)


async def test_what_cannot_be_joined_stays(ingest: Ingest) -> None:
    old, new = await both(ingest)
    before = await ingest.world.state()
    for owner, edition in ((old, old), (new, old), (old, "7f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f")):
        await say(ingest, owner, edition)
    assert await ingest.world.state() == before


async def test_what_sleeps_in_a_purged_asset_ends_with_it(ingest: Ingest) -> None:
    old, new = await both(ingest)
    await say(ingest, old, new)
    for purged in (True, False):
        job = IngestJob(bucket="inbox", key=NEW, purged=purged, asset=old)
        await ingest.world.say(handle(job, ingest.deps()))
        said = await ingest.world.facet(new, 1, "file")
        assert said and (said.data.get("merged_into"), said.data.get("edition_of")) == (
            (old, None) if purged else (None, old)
        )
