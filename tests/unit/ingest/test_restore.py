"""A version that a person wants back becomes the newest, once, whatever dies on the way; the inbox is left alone."""

import pytest

from schemas.inbox import IngestJob
from services.ingest.handler import handle
from tests.fakes.steps import Killed, Steps
from tests.unit.ingest.conftest import Ingest, jpeg

KEY = "shoe_main.jpg"


async def two(ingest: Ingest) -> str:
    for body in (jpeg("one"), jpeg("two")):
        await ingest.world.inbox.put(KEY, body)
        await ingest.job(KEY)
    return (await ingest.source(KEY)).asset_id or ""


async def restore(ingest: Ingest, asset: str, version: int = 1, over: int = 2) -> None:
    job = IngestJob(bucket="inbox", key=KEY, restore=version, over=over, asset=asset)
    await ingest.world.say(handle(job, ingest.deps()))


async def test_its_bytes_are_the_newest_version_again(ingest: Ingest) -> None:
    asset = await two(ingest)
    await restore(ingest, asset)
    one, two_, three = await ingest.hashes(KEY)
    assert one == three != two_
    file = await ingest.file(KEY, 3)
    assert (file.status, file.data["restored"], file.data["key"]) == ("done", 1, KEY)
    assert [event.version for event in ingest.announced] == [1, 2, 3]
    assert await ingest.world.library.head(f"refs/{three}/{asset}/3") is not None


async def test_asked_again_or_of_an_older_state_nothing_comes(ingest: Ingest) -> None:
    asset = await two(ingest)
    for _ in range(2):
        await restore(ingest, asset)
    await restore(ingest, asset, version=2, over=2)
    for version in (7, 3):
        await restore(ingest, asset, version=version, over=3)
    await restore(ingest, "7f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f", version=2, over=3)
    assert len(await ingest.hashes(KEY)) == 3
    assert len(ingest.announced_ids) == 3


async def test_a_look_takes_nothing_again_and_what_is_dropped_next_is_the_next(ingest: Ingest) -> None:
    await restore(ingest, await two(ingest))
    await ingest.job(KEY)
    assert len(await ingest.hashes(KEY)) == 3
    await ingest.world.inbox.put(KEY, jpeg("two"))
    await ingest.job(KEY)
    found = await ingest.hashes(KEY)
    assert found == [found[0], found[1]] * 2


async def test_a_refused_one_stays_refused(ingest: Ingest) -> None:
    asset = await two(ingest)
    await ingest.world.inbox.put(KEY, b"%!PS")
    await ingest.job(KEY)
    await restore(ingest, asset, version=3, over=3)
    assert len(await ingest.hashes(KEY)) == 3
    await restore(ingest, asset, version=1, over=3)
    assert (await ingest.file(KEY, 4)).data["restored"] == 1


@pytest.mark.parametrize("at", ["ingest.reference-kept", "ingest.known", "ingest.facet-said", "ingest.announced"])
async def test_killed_on_the_way_it_is_done_in_the_next_life(ingest: Ingest, steps: Steps, at: str) -> None:
    asset = await two(ingest)
    steps.kill_at(at, 1)
    with pytest.raises(Killed):
        await restore(ingest, asset)
    await restore(ingest, asset)
    assert len(await ingest.hashes(KEY)) == 3
    assert {event.version for event in ingest.announced} == {1, 2, 3}
    assert (await ingest.file(KEY, 3)).data["restored"] == 1
