"""What a later wave owes is told again by the sweep, once nobody is about to pay it."""

import json

import pytest

from schemas.facet import facet_object
from services.ingest.removals import Guard
from services.ingest.sweep import Drift, Sweep
from tests.unit.ingest.conftest import Ingest
from tests.unit.ingest.swept import Counting, Swept, sweeping


@pytest.fixture
def swept(ingest: Ingest) -> Swept:
    return sweeping(ingest)


def beside(swept: Swept, busy: set[str]) -> Sweep:
    """A sweep that finds these groups at work, and no others."""

    async def idle(group: str, _topic: str) -> bool:
        return group not in busy

    world = swept.ingest.world
    return Sweep(world.inbox, world.library, swept.groups, Guard(0.05, 20), idle=idle)


async def renditions(swept: Swept, key: str, *owes: str) -> None:
    """Render has answered, and owes these."""
    asset = (await swept.ingest.source(key)).asset_id or ""
    body = json.dumps({"owes": owes}).encode()
    await swept.ingest.world.library.put(facet_object(asset, 1, "renditions"), body)
    await swept.answer(key, "tags")


async def test_what_a_later_wave_owes_is_told_again_once_nobody_is_about_to_pay(swept: Swept) -> None:
    busy = {"render-later"}
    sweep = beside(swept, busy)
    await swept.take("a.jpg", "b.jpg")
    await renditions(swept, "a.jpg", "renditions.later")
    await renditions(swept, "b.jpg")
    offset = ((await swept.ingest.source("a.jpg")).versions[0].announced or (0, -1))[1]
    swept.groups.passed = dict.fromkeys(("render", "tagger"), offset + 1)
    assert await sweep.look() == Drift()  # it waits in the queue
    busy.clear()
    (job,) = (await sweep.look()).unanswered
    assert (job.key, job.task, job.version, job.reason) == ("a.jpg", "announce", 1, "render")
    await swept.ingest.job(job.key, task=job.task, version=job.version)
    assert await sweep.look() == Drift()  # told again, and render has not come to it yet
    swept.groups.passed = {"render": 9, "tagger": 9}
    assert len((await sweep.look()).unanswered) == 1
    await swept.answer("a.jpg", "renditions.later")
    assert await sweep.look() == Drift()


async def test_tags_that_owe_are_told_again_too(swept: Swept) -> None:
    world, busy = swept.ingest.world, {"tagger-later"}
    sweep = beside(swept, busy)
    await swept.take("a.jpg")
    await renditions(swept, "a.jpg")
    asset = (await swept.ingest.source("a.jpg")).asset_id or ""
    await world.library.put(facet_object(asset, 1, "tags"), json.dumps({"owes": ["tags.later"]}).encode())
    swept.groups.passed = {"render": 9, "tagger": 9}
    assert await sweep.look() == Drift()  # it waits in the queue
    busy.clear()
    assert [job.key for job in (await sweep.look()).unanswered] == ["a.jpg"]
    await swept.answer("a.jpg", "tags.later")
    assert await sweep.look() == Drift()


async def test_tags_that_wait_for_renders_pictures_are_not_missed(swept: Swept) -> None:
    world, busy = swept.ingest.world, {"tagger"}
    sweep = beside(swept, busy)
    await world.inbox.put("a.psd", b"8BPS\x00\x01" + bytes(60))
    await swept.ingest.job("a.psd")
    swept.groups.passed = {"render": 0, "tagger": 9}
    assert await sweep.look() == Drift()  # render has not come to it
    swept.groups.passed = {"render": 9, "tagger": 9}
    await swept.answer("a.psd", "renditions")
    assert await sweep.look() == Drift()  # its pictures lie in the tagger's queue
    busy.clear()
    (job,) = (await sweep.look()).unanswered
    assert (job.key, job.task, job.reason) == ("a.psd", "announce", "render")
    await swept.answer("a.psd", "tags")
    assert await sweep.look() == Drift()


async def test_debts_are_read_once(swept: Swept) -> None:
    world = swept.ingest.world
    sweep = beside(swept, set())
    await swept.take("a.jpg")
    await renditions(swept, "a.jpg", "renditions.later")
    await sweep.look()
    library = world.library
    assert isinstance(library, Counting)
    before = library.reads
    await sweep.look()
    assert library.reads == before


async def test_a_debt_that_is_paid_while_the_sweep_looks_is_none(swept: Swept) -> None:
    async def idle(_group: str, _topic: str) -> bool:
        await swept.answer("a.jpg", "renditions.later")
        return True

    await swept.take("a.jpg")
    await renditions(swept, "a.jpg", "renditions.later")
    swept.groups.passed = {"render": 9, "tagger": 9}
    world = swept.ingest.world
    assert await Sweep(world.inbox, world.library, swept.groups, Guard(), idle=idle).look() == Drift()
