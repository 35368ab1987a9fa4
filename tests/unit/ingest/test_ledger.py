"""The sweep's ledger: what it compares is read page by page and lies on disk, so its memory does not grow."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from runtime.memory_store import MemoryBucket
from runtime.objects import ObjectInfo
from runtime.outage import Unavailable
from services.ingest.ledger import Ledger
from services.ingest.removals import Guard
from services.ingest.source import path_of
from services.ingest.sweep import Drift, Sweep
from tests.unit.ingest.conftest import Ingest
from tests.unit.ingest.swept import Swept, held_back, missed, sweeping

WHOLE = ("", "sources/", "facets/")


class Paged(MemoryBucket):
    """Gives what grows with the library in pages of three only."""

    sweeping = False

    async def listing(self, prefix: str) -> list[ObjectInfo]:
        """See `Bucket.listing`."""
        assert not (Paged.sweeping and prefix in WHOLE), f"{self.name}: all of {prefix!r} at once"
        return await super().listing(prefix)

    async def history(self, prefix: str) -> list[ObjectInfo]:
        """See `Bucket.history`."""
        assert not Paged.sweeping, f"{self.name}: all versions at once"
        return await super().history(prefix)

    async def pages(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """See `Bucket.pages`."""
        found = await super().listing(prefix)
        for at in range(0, len(found), 3):
            yield found[at : at + 3]


@pytest.fixture
def swept(ingest: Ingest) -> Swept:
    return sweeping(ingest)


def beside(swept: Swept, ledger: Ledger, keep: timedelta | None = None) -> Sweep:
    world = swept.ingest.world
    return Sweep(world.inbox, world.library, swept.groups, Guard(0.05, 1), keep=keep, ledger=ledger)


async def test_nothing_that_grows_with_the_library_is_held_at_once(
    swept: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All kinds of drift, over many pages; assets whose facets go over two of them, and one that has none left."""
    world = swept.ingest.world
    sweep = beside(swept, Ledger())
    await swept.take(*(f"a/{number}.jpg" for number in range(7)), "b/1.jpg", "b/2.jpg", "b/3.jpg", "c.jpg")
    for key in (f"a/{number}.jpg" for number in range(7)):
        await swept.answer(key, "renditions", "renditions.later", "tags", "links")
    lost = (await swept.ingest.source("c.jpg")).asset_id
    for info in await world.library.listing(f"facets/{lost}/"):
        await world.library.delete(info.key)
    await swept.put("new.jpg", "covered.jpg")
    await swept.delete("covered.jpg", "a/3.jpg", "b/1.jpg", "b/2.jpg")
    await world.inbox.put("a/4.xmp", b"Red trainer")
    swept.groups.passed = {"render": 99, "tagger": 99}
    world.inbox.__class__ = world.library.__class__ = Paged
    monkeypatch.setattr(Paged, "sweeping", True)
    drift = await sweep.look()
    assert missed(drift) == ["new.jpg", "covered.jpg", "a/4.jpg.xmp"]
    assert sorted(job.key for job in drift.unanswered) == ["b/1.jpg", "b/2.jpg", "b/3.jpg", "c.jpg"]
    assert ([job.key for job in drift.removed], held_back(drift)) == (["a/3.jpg"], {"b": 2})


async def test_a_record_that_is_gone_is_forgotten_wherever_it_lay(swept: Swept) -> None:
    world, keys = swept.ingest.world, [f"{number}.jpg" for number in range(7)]
    await swept.take(*keys)
    world.inbox.__class__ = world.library.__class__ = Paged
    assert await swept.calm()
    for key in keys:
        await world.library.delete(path_of(world.inbox.name, key))
    assert missed(await swept.sweep.look()) == keys


async def test_a_full_disk_is_waited_for(swept: Swept, tmp_path: Path) -> None:
    """And what it had noted is read again."""
    ledger = Ledger(tmp_path)
    sweep = beside(swept, ledger)
    await swept.take(*(f"{number}.jpg" for number in range(40)))
    await ledger.all("PRAGMA max_page_count = 1")  # of four kilobytes, but for those that it has
    with pytest.raises(Unavailable, match="The disk"):
        await sweep.look()
    assert await sweep.look() == Drift()
    await swept.put("new.jpg")
    assert missed(await sweep.look()) == ["new.jpg"]


async def test_it_leaves_nothing_in_the_scratch_folder(swept: Swept, tmp_path: Path) -> None:
    """It would take the room of files that are spooled there."""
    await swept.take("a.jpg")
    assert await beside(swept, Ledger(tmp_path)).look() == Drift()
    assert list(tmp_path.iterdir()) == []


async def test_only_so_much_is_told_at_once(swept: Swept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that was there before us is taken in portions: what waits is bounded, and the rest is found later."""
    monkeypatch.setattr("services.ingest.drift.MOST", 2)
    await swept.put("a.jpg", "b.jpg", "c.jpg")
    found = []
    while drifted := missed(await swept.repair()):
        found.append(drifted)
    assert found == [["a.jpg", "b.jpg"], ["c.jpg"]]
