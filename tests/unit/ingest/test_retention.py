"""Retention takes out what is safe, marks it first, and is never taken for a removal; nothing else leaves the inbox."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from runtime.memory_store import MemoryBucket
from schemas.facet import facet_object
from schemas.inbox import IngestJob
from services.ingest.handler import handle
from services.ingest.removals import Guard
from services.ingest.sweep import Drift, Sweep
from tests.fakes.steps import Killed, Steps
from tests.unit.ingest.conftest import Ingest, jpeg, tiff

DAYS = 30
A = "shoot/a.jpg"


async def nobody(group: str) -> Mapping[int, int]:
    return {}


async def look(ingest: Ingest) -> Drift:
    keep = timedelta(days=DAYS)
    return await Sweep(ingest.world.inbox, ingest.world.library, nobody, Guard(), keep=keep).look()


async def over(ingest: Ingest) -> list[IngestJob]:
    return (await look(ingest)).over


async def retire(ingest: Ingest) -> list[str]:
    """Sweep, and do what it asks for; returns the keys."""
    jobs = await over(ingest)
    for job in jobs:
        await ingest.world.say(handle(job, ingest.deps()))
    return sorted(job.key for job in jobs)


async def settled(ingest: Ingest, *keys: str, days: float = DAYS + 1) -> None:
    """Dropped, taken and answered so many days ago."""
    for key in keys:
        await ingest.world.inbox.put(key, jpeg(key) if key.endswith(".jpg") else tiff(key))
        await ingest.job(key)
    for event in ingest.announced:
        for name in ("renditions", "tags"):
            await ingest.world.library.put(facet_object(event.asset_id, event.version, name), b'{"status": "done"}')
    ingest.world.later(days * 86400)


async def stands(ingest: Ingest, name: str, status: str) -> None:
    asset = (await ingest.source(A)).asset_id or ""
    await ingest.world.library.put(facet_object(asset, 1, name), b'{"status": "%s"}' % status.encode())


async def is_out(ingest: Ingest, *keys: str) -> None:
    for key in keys:
        assert await ingest.world.inbox.versions(key) == [], "old versions take the space, too"
        assert (await ingest.source(key)).gone
    assert await look(ingest) == Drift()


async def test_what_is_safe_leaves_the_inbox(ingest: Ingest) -> None:
    await settled(ingest, A)
    before = {info.key for info in await ingest.world.library.listing("originals/")}
    assert await retire(ingest) == [A]
    await is_out(ingest, A)
    facet = await ingest.file(A)
    assert (facet.status, facet.data["retired"], facet.revision) == ("done", [A], 2)
    assert {info.key for info in await ingest.world.library.listing("originals/")} == before
    assert len(ingest.announced) == 1


async def test_many_at_once_are_no_removal(ingest: Ingest) -> None:
    keys = [f"shoot/{number}.jpg" for number in range(30)]
    await settled(ingest, *keys)
    assert await retire(ingest) == sorted(keys)
    await is_out(ingest, *keys)


async def test_it_is_marked_before_it_is_deleted(ingest: Ingest) -> None:
    await settled(ingest, A)
    marked = []

    class Watched(MemoryBucket):
        async def remove(self, key: str, version_id: str) -> None:
            marked.append((await ingest.file(A)).data["retired"])
            await super().remove(key, version_id)

    ingest.world.inbox.__class__ = Watched
    await retire(ingest)
    assert marked == [[A]]


@pytest.mark.parametrize("what", ["young", "unanswered", "refused", "replaced", "unread"])
async def test_what_stays(ingest: Ingest, what: str) -> None:
    if what == "unanswered":
        await ingest.world.inbox.put(A, jpeg("a"))
        await ingest.job(A)
        ingest.world.later(40 * 86400)
    else:
        await settled(ingest, A, days=DAYS - 1 if what == "young" else DAYS + 1)
    if what == "refused":
        await ingest.world.inbox.put(A, b"%!PS")
        await ingest.job(A)
    if what in ("replaced", "unread"):
        await ingest.world.inbox.put(A, jpeg("new"))
        if what == "replaced":
            await ingest.job(A)
    if what in ("refused", "unread"):
        ingest.world.later(40 * 86400)
    assert await retire(ingest) == []
    assert await ingest.world.inbox.head(A)


@pytest.mark.parametrize("taken", [True, False])
async def test_what_comes_between_the_sweep_and_its_job_stays(ingest: Ingest, taken: bool) -> None:
    await settled(ingest, A)
    jobs = await over(ingest)
    await ingest.world.inbox.put(A, jpeg("new"))
    if taken:
        await ingest.job(A)
    for job in jobs:
        await ingest.world.say(handle(job, ingest.deps()))
    assert await ingest.world.inbox.head(A)


@pytest.mark.parametrize("body", [jpeg(A), jpeg("other")])
async def test_what_comes_back_is_not_out_any_more(ingest: Ingest, body: bytes) -> None:
    await settled(ingest, A)
    jobs = await over(ingest)
    await retire(ingest)
    await ingest.world.inbox.put(A, body)
    await ingest.job(A)
    source = await ingest.source(A)
    assert (source.gone, source.out_since, source.out) == (None, None, [])
    assert source.newest is not None
    assert (await ingest.file(A, source.newest.number)).data["retired"] == []
    for job in jobs:  # redelivered
        await ingest.world.say(handle(job, ingest.deps()))
    assert await ingest.world.inbox.head(A)
    await ingest.world.inbox.delete(A)
    assert [job.key for job in (await look(ingest)).removed] == [A], "now somebody removed it"


async def test_side_cars_go_with_their_last_picture(ingest: Ingest) -> None:
    other = "shoot/a.png"
    await ingest.world.inbox.put("shoot/a.xmp", b"Red trainer")
    await settled(ingest, A)
    await ingest.world.inbox.put(other, b"\x89PNG\r\n\x1a\nother")
    await ingest.job(other)
    await retire(ingest)
    assert await ingest.world.inbox.head("shoot/a.xmp")
    await settled(ingest)
    await retire(ingest)
    await is_out(ingest, other)
    assert await ingest.world.inbox.versions("shoot/a.xmp") == []
    await ingest.job("shoot/a.xmp")
    assert (await ingest.file(A)).data["sidecar"] == {"title": "Red trainer"}


async def test_a_side_car_that_was_not_read_stays(ingest: Ingest) -> None:
    await settled(ingest, A)
    await ingest.world.inbox.put("shoot/a.xmp", b"Red trainer")
    await retire(ingest)
    assert await ingest.world.inbox.head("shoot/a.xmp")


@pytest.mark.parametrize("order", [("shoot/a.jpg", "shoot/a.cr2"), ("shoot/a.cr2", "shoot/a.jpg")])
async def test_a_master_and_its_companion(ingest: Ingest, order: tuple[str, str]) -> None:
    await settled(ingest, *order)
    assert await retire(ingest) == sorted(order)
    await is_out(ingest, *order)
    newest = (await ingest.source(order[0])).newest
    assert newest is not None
    assert (await ingest.file(order[0], newest.number)).data["retired"] == sorted(order)


@pytest.mark.parametrize("step", ["ingest.retire-known", "ingest.retire-said", "ingest.retired"])
async def test_a_death_in_between(ingest: Ingest, steps: Steps, step: str) -> None:
    await settled(ingest, "shoot/a.cr2", A)
    (job,) = [job for job in await over(ingest) if job.key == A]
    steps.kill_at(step, 1)
    with pytest.raises(Killed):
        await ingest.world.say(handle(job, ingest.deps()))
    assert (await look(ingest)).removed == [], "the sweep does not take it for a removal"
    await ingest.world.say(handle(job, ingest.deps()))
    await retire(ingest)
    await is_out(ingest, "shoot/a.cr2", A)


async def test_the_same_bytes_again_elsewhere_are_no_move(ingest: Ingest) -> None:
    """Nobody took the first file away: its asset stays its own."""
    await settled(ingest, A)
    await retire(ingest)
    first = (await ingest.source(A)).asset_id
    await ingest.world.inbox.put("other/b.jpg", jpeg(A))
    await ingest.fan_out("other/b.jpg")
    assert (await ingest.source(A)).asset_id == first
    assert (await ingest.source("other/b.jpg")).asset_id not in (None, first)


@pytest.mark.parametrize(
    ("name", "status", "goes"),
    [
        ("renditions", "refused", False),
        ("renditions", "failed", False),
        ("tags", "failed", False),
        ("tags", "refused", True),
    ],
)
@pytest.mark.parametrize("late", [False, True])
async def test_what_was_not_made_stays(ingest: Ingest, name: str, status: str, *, goes: bool, late: bool) -> None:
    """`late`: it was answered otherwise when the sweep looked."""
    await settled(ingest, A)
    jobs = await over(ingest) if late else []
    await stands(ingest, name, status)
    jobs = jobs or await over(ingest)
    for job in jobs:
        await ingest.world.say(handle(job, ingest.deps()))
    assert (await ingest.world.inbox.versions(A) == []) is goes


async def test_refused_bytes_under_a_good_version_stay(ingest: Ingest) -> None:
    """They lie nowhere else."""
    for body in (b"%!PS", b"%!PS", jpeg(A)):
        await ingest.world.inbox.put(A, body)
        await ingest.job(A)
    await settled(ingest)
    await retire(ingest)
    assert len(await ingest.world.inbox.versions(A)) == 3


async def test_a_refused_companion_under_a_good_one_stays(ingest: Ingest) -> None:
    await settled(ingest, "shoot/a.cr2")
    for body in (b"%!PS", jpeg(A)):
        await ingest.world.inbox.put(A, body)
        await ingest.job(A)
    await settled(ingest)
    await retire(ingest)
    assert len(await ingest.world.inbox.versions(A)) == 2


async def test_a_name_that_was_empty_first_leaves_too(ingest: Ingest) -> None:
    await ingest.world.inbox.put(A, b"")
    await settled(ingest, A)
    assert await retire(ingest) == [A]
    await is_out(ingest, A)


async def test_a_name_that_is_empty_now_stays(ingest: Ingest) -> None:
    await settled(ingest, A)
    (job,) = await over(ingest)
    ingest.world.inbox.ahead -= timedelta(days=DAYS + 2)  # as WebDAV, which dates what it makes empty to 1970
    await ingest.world.inbox.put(A, b"")
    ingest.world.inbox.ahead += timedelta(days=DAYS + 2)
    await ingest.world.say(handle(job, ingest.deps()))
    assert len(await ingest.world.inbox.versions(A)) == 2


@pytest.mark.parametrize("versioned", [True, False])
async def test_what_is_dropped_while_its_name_is_marked_stays(ingest: Ingest, *, versioned: bool) -> None:
    """SFTP and WebDAV write over the version that was listed."""
    ingest.world.inbox.versioned = versioned
    await settled(ingest, A)
    if not versioned:
        ingest.world.later(10)
        await ingest.job(A)
        await settled(ingest)
    (job,) = await over(ingest)
    saying = handle(job, ingest.deps())
    async for said in saying:
        await ingest.world.emit(said)
        await ingest.world.inbox.put(A, jpeg("new"))
    stored = await ingest.world.inbox.get(A)
    assert stored is not None
    assert stored.body == jpeg("new")
    ingest.world.later(10)
    await ingest.job(A)
    source = await ingest.source(A)
    assert (len(source.versions), source.gone, source.out_since, source.out) == (2, None, None, [])
