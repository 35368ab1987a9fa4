"""Death between any two steps loses nothing and adds nothing: the end is that of a run in peace."""

from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.facet import facet_object
from schemas.inbox import IngestJob
from schemas.topics import INGEST_JOBS
from services.ingest.handler import handle
from tests.fakes.steps import Killed, Steps
from tests.fakes.world import World
from tests.unit.ingest.conftest import Ingest, jpeg, tiff

Story = Callable[[Ingest], Awaitable[None]]


async def replaced(ingest: Ingest) -> None:
    """Two versions at once, one refused, then a third."""
    for body in (jpeg("one"), b"%!PS", jpeg("three")):
        await ingest.world.inbox.put("a.jpg", body)
    await job(ingest, "a.jpg")


async def doubled(ingest: Ingest) -> None:
    """The same bytes under two names."""
    for key in ("a.jpg", "b.jpg"):
        await ingest.world.inbox.put(key, jpeg("one"))
        await job(ingest, key)


async def described(ingest: Ingest) -> None:
    """A side-car after its picture."""
    await ingest.world.inbox.put("a.jpg", jpeg("one"))
    await job(ingest, "a.jpg")
    await ingest.world.inbox.put("a.xmp", b"Red trainer")
    await job(ingest, "a.xmp")


async def accompanied(ingest: Ingest) -> None:
    """A JPEG, then its master, then both again with other bytes, one of them too large."""
    for key, body in (
        ("a.jpg", jpeg("one")),
        ("a.tif", tiff("two")),
        ("a.jpg", jpeg("three")),
        ("a.tif", tiff("four")),
    ):
        await ingest.world.inbox.put(key, body)
        await job(ingest, key)
    await ingest.world.inbox.put("a.tif", tiff("x" * 1000))
    await job(ingest, "a.tif")


async def listed(ingest: Ingest) -> None:
    """A list before its first picture, changed, then broken. Each job that it sends may die, too."""
    texts = (b"file,sku\na.jpg,X-1\nb.jpg,X-2\n", b"file,sku\na.jpg,X-3\n", b"sku\nX-1\n")
    for text in texts:
        await ingest.world.inbox.put("list.csv", text)
        await job(ingest, "list.csv")
        for sent in ingest.world.said(INGEST_JOBS, IngestJob):
            await do(ingest, sent)
        await ingest.world.inbox.put("a.jpg", jpeg("one"))
        await job(ingest, "a.jpg")


async def parted(ingest: Ingest) -> None:
    """Two pictures under one name, of which a person makes two assets."""
    for body in (jpeg("one"), jpeg("two")):
        await ingest.world.inbox.put("a.jpg", body)
    await job(ingest, "a.jpg")
    await job(ingest, "a.jpg", separate=2)


async def joined_and_split(ingest: Ingest) -> None:
    """A newer edition of a picture becomes its version, gets newer bytes, and goes back."""
    for key in ("a.jpg", "b.jpg", "b.tif"):
        await ingest.world.inbox.put(key, tiff(key) if key == "b.tif" else jpeg(key))
        await job(ingest, key)
    owner, edition = (await ingest.source("a.jpg")).asset_id, (await ingest.source("b.jpg")).asset_id
    for apart in (False, True):
        await do(ingest, IngestJob(bucket="inbox", key="a.jpg", asset=owner, edition=edition, apart=apart))
        await ingest.world.inbox.put("b.tif", tiff(f"newer {apart}"))
        await job(ingest, "b.tif")


async def retired(ingest: Ingest) -> None:
    """A file and its companion leave the inbox."""
    for key, body in (("a.tif", tiff("one")), ("a.jpg", jpeg("two"))):
        await ingest.world.inbox.put(key, body)
        await job(ingest, key)
    for name in ("renditions", "tags"):
        asset = (await ingest.source("a.tif")).asset_id or ""
        await ingest.world.library.put(facet_object(asset, 1, name), b'{"status": "done"}')
    ingest.world.later(10)
    for key in ("a.tif", "a.jpg"):
        sent = IngestJob(bucket="inbox", key=key, retire=await ingest.world.inbox.now())
        try:
            await ingest.world.say(handle(sent, ingest.deps()))
        except Killed:
            await ingest.world.say(handle(sent, ingest.deps()))


async def removed(ingest: Ingest) -> None:
    """A file and its companion are taken out by people, and the companion is put back."""
    for key, body in (("a.tif", tiff("one")), ("a.jpg", jpeg("two"))):
        await ingest.world.inbox.put(key, body)
        await job(ingest, key)
    for key in ("a.jpg", "a.tif"):
        await ingest.world.inbox.delete(key)
        await do(ingest, IngestJob(bucket="inbox", key=key, task="removed"))
    await ingest.world.inbox.put("a.jpg", jpeg("two"))
    await job(ingest, "a.jpg")


async def moved(ingest: Ingest) -> None:
    """Copied to another name, then removed under the first one."""
    for key in ("a.jpg", "b.jpg"):
        ingest.world.later(1)
        await ingest.world.inbox.put(key, jpeg("one"))
        await job(ingest, key)
    await ingest.world.inbox.delete("a.jpg")
    await do(ingest, IngestJob(bucket="inbox", key="a.jpg", task="removed"))
    for sent in ingest.world.said(INGEST_JOBS, IngestJob):
        await do(ingest, sent)


async def do(ingest: Ingest, sent: IngestJob) -> None:
    """A job of any kind; after a death again."""
    try:
        await ingest.world.say(handle(sent, ingest.deps()))
    except Killed:
        await ingest.world.say(handle(sent, ingest.deps()))


TOLD = (replaced, doubled, described, accompanied, listed, parted, joined_and_split, retired, removed, moved)
STORIES: dict[str, Story] = {story.__name__: story for story in TOLD}
STEPS = [
    *("ingest.original-kept", "ingest.reference-kept", "ingest.known", "ingest.sidecar-known"),
    "ingest.part-known",
    "ingest.list-known",
    "ingest.list-read",
    "ingest.retire-known",
    "ingest.retire-said",
    "ingest.retired",
    "ingest.removal-said",
    "ingest.described",
    "ingest.edition-known",
    "ingest.edition-joined",
    "ingest.edition-woken",
    "ingest.edition-split",
    "ingest.edition-let-go",
    "ingest.adopting",
    "ingest.moved-away",
    "ingest.adopted",
    *("records.archived", "records.published", "ingest.facet-said", "ingest.announced", "ingest.marked"),
]
"""`test_no_step_is_forgotten` holds this list to the code."""


async def job(ingest: Ingest, key: str, **more: Any) -> None:
    """Do the job; after a death do it again, as the next owner of the partition."""
    try:
        await ingest.job(key, **more)
    except Killed:
        for left in ingest.spool.iterdir():
            left.unlink()
        await ingest.job(key, **more)


async def in_peace(story: Story, folder: Path) -> tuple[dict[str, Any], Ingest]:
    folder.mkdir()
    ingest = Ingest(World(), folder)
    await story(ingest)
    return await ingest.world.state(), ingest


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_every_step(steps: Steps, tmp_path: Path, step: str) -> None:
    """In every story, once for each time that the step is reached in it."""
    deaths = 0
    for name, story in STORIES.items():
        steps.reached.clear()
        quiet, _ = await in_peace(story, tmp_path / name)
        for time in range(1, steps.reached.count(step) + 1):
            folder = tmp_path / f"{name}-{time}"
            folder.mkdir()
            life = Ingest(World(), folder)
            steps.kill_at(step, time)
            await story(life)
            deaths += steps.killed
            assert await life.world.state() == quiet
            life.world.last()  # fails where a record went back
    assert deaths


async def test_no_step_is_forgotten(steps: Steps, tmp_path: Path) -> None:
    for name, story in STORIES.items():
        await in_peace(story, tmp_path / name)
    assert set(steps.reached) == set(STEPS)


async def test_a_quiet_run_says_everything_once(tmp_path: Path) -> None:
    """Else the comparison above would hide what is said too often."""
    _, ingest = await in_peace(replaced, tmp_path / "quiet")
    assert Counter(event.version for event in ingest.announced) == {1: 1, 3: 1}
    assert Counter(len(versions) for versions in await revisions(ingest)) == {1: 3}


async def revisions(ingest: Ingest) -> list[list[Any]]:
    """Writings of each facet object."""
    library = ingest.world.library
    return [await library.versions(info.key) for info in await library.listing("facets/")]


async def test_what_no_job_finished_the_next_one_does(ingest: Ingest, steps: Steps) -> None:
    """Known is not announced: a death after `known`, and only a job for a later version follows."""
    await ingest.world.inbox.put("a.jpg", jpeg("one"))
    steps.kill_at("ingest.known", 1)
    with pytest.raises(Killed):
        await ingest.job("a.jpg")
    assert ingest.announced == []
    await ingest.world.inbox.put("a.jpg", jpeg("two"))
    await ingest.job("a.jpg")
    assert [event.version for event in ingest.announced] == [1, 2]
