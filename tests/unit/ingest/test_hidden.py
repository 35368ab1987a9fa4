"""Every arrival is taken, also one that was covered or deleted before anybody looked, and whose hints are all lost."""

import pytest

from services.ingest.removals import Guard
from services.ingest.sweep import Sweep
from services.ingest.waiting import Patience
from tests.unit.ingest.conftest import Ingest, jpeg
from tests.unit.ingest.swept import Swept, missed, sweeping
from tests.unit.ingest.test_moves import settle


@pytest.fixture
def swept(ingest: Ingest) -> Swept:
    return sweeping(ingest)


async def test_a_new_name_that_was_put_and_deleted(swept: Swept) -> None:
    """It is taken, and then noted as gone."""
    await swept.put("a.jpg")
    await swept.delete("a.jpg")
    drift = await swept.repair()
    assert (missed(drift), drift.removed) == (["a.jpg"], [])
    assert len(await swept.ingest.hashes("a.jpg")) == 1
    assert [job.key for job in (await swept.repair()).removed] == ["a.jpg"]
    assert (await swept.ingest.source("a.jpg")).gone is not None
    assert await swept.calm()


@pytest.mark.parametrize("deep", [True, False])
async def test_a_replacement_that_was_deleted_is_taken_before_it_is_gone(swept: Swept, *, deep: bool) -> None:
    """Without a deep look too: the removal's own job sees it."""
    await swept.take("a.jpg")
    await swept.ingest.world.inbox.put("a.jpg", jpeg("other"))
    await swept.delete("a.jpg")
    drift = await swept.sweep.look(deep=deep)
    assert missed(drift) == (["a.jpg"] if deep else [])
    (job,) = drift.removed
    await swept.ingest.job(job.key, task=job.task)
    assert (await swept.ingest.source("a.jpg")).gone is None
    await settle(swept.ingest)
    assert len(await swept.ingest.hashes("a.jpg")) == 2
    assert {event.version for event in swept.ingest.announced} == {1, 2}
    assert [one.key for one in (await swept.repair()).removed] == ["a.jpg"]
    assert (await swept.ingest.source("a.jpg")).gone is not None
    assert await swept.calm()


async def test_a_replacement_that_was_taken_back_by_the_first_bytes(swept: Swept) -> None:
    """A, B, A: a plain listing shows what it showed before."""
    await swept.take("a.jpg")
    await swept.ingest.world.inbox.put("a.jpg", jpeg("other"))
    await swept.put("a.jpg")
    assert missed(await swept.sweep.look(deep=False)) == []
    assert missed(await swept.repair()) == ["a.jpg"]
    first, second, third = await swept.ingest.hashes("a.jpg")
    assert first == third != second
    assert await swept.calm()


async def test_what_is_no_arrival(swept: Swept) -> None:
    """Lists and side-cars (only what stands counts), litter, what was empty, and what was refused."""
    for key, body in (("a.csv", b"file,sku\n"), ("a.xmp", b"red"), (".DS_Store", b"x"), ("empty.jpg", b"")):
        await swept.ingest.world.inbox.put(key, body)
    await swept.ingest.world.inbox.put("a.exe", b"MZ")
    await swept.ingest.job("a.exe")
    await swept.delete("a.csv", "a.xmp", ".DS_Store", "empty.jpg", "a.exe")
    assert missed(await swept.sweep.look()) == []


async def test_a_plain_file_of_a_new_name(swept: Swept) -> None:
    """A door without versions, and a delete through S3."""
    await swept.ingest.world.inbox.put_plain("a.jpg", jpeg("plain"))
    await swept.delete("a.jpg")
    swept.ingest.world.later(6)
    assert missed(await swept.repair()) == ["a.jpg"]
    await swept.repair()
    assert await swept.calm()


async def test_its_own_hint_may_come_yet(swept: Swept) -> None:
    world = swept.ingest.world
    sweep = Sweep(world.inbox, world.library, swept.groups, Guard(), Patience(still_s=10, empty_s=600))
    await swept.put("a.jpg")
    await swept.delete("a.jpg")
    assert missed(await sweep.look()) == []
    world.later(11)
    assert missed(await sweep.look()) == ["a.jpg"]
