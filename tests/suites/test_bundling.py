"""Bundles: whoever races, dies or wakes up late while a crowd is archived, nothing is lost or goes back."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest

from runtime import bundling as under_test
from runtime.bundles import Index, bundled
from runtime.bundling import LEAST, Bundling
from runtime.deliver import until_current
from runtime.fence import Outdated
from runtime.memory_broker import MemoryProducer
from runtime.outage import Unavailable
from runtime.publisher import Publisher, TooLarge
from runtime.records import Draft, Records
from schemas.facet import Facet
from schemas.topics import MAX_RECORD_BYTES
from tests.suites.archives import Place, draft, path_of

CROWD = LEAST + 10


class Killed(BaseException):
    """Stands for SIGKILL at a step."""


@dataclass
class Shop:
    """Records of one chain, in a topic of this test's own."""

    place: Place
    topic: str = field(default_factory=lambda: f"t{uuid4().hex[:8]}")
    ids: list[str] = field(default_factory=lambda: [str(uuid4()) for _ in range(CROWD)])

    def process(self, producer: type[MemoryProducer] = MemoryProducer) -> Records:
        """One that may own the chain."""
        publisher = Publisher(producer(self.place.broker), "test")
        return Records(self.place.library, publisher, Bundling(self.place.library, self.topic, "facets/"))

    def draft(self, asset: str, content: str) -> Draft[Facet]:
        return replace(draft(content, asset), chain=3)

    async def write(self, process: Records, content: str, ids: Sequence[str] = ()) -> None:
        """As handlers do, all at once. Raises the first error, which ends the others as their process' end would."""

        async def one(asset: str) -> None:
            async def call() -> None:
                await process.write(self.draft(asset, content))

            await until_current(call)

        tasks = [asyncio.create_task(one(asset)) for asset in ids or self.ids]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def bundles(self) -> list[int]:
        """How many records are in each."""
        return [len(records) async for records in bundled(self.place.library, self.topic)]

    async def alone(self) -> set[str]:
        """Which have an object of their own."""
        found = {info.key for info in await self.place.library.listing("facets/")}
        return {asset for asset in self.ids if path_of(asset) in found}

    def last(self) -> dict[str, tuple[int, str]]:
        """What compaction leaves of each: (revision, content). A revision means one thing."""
        kept, meant = dict[str, tuple[int, str]](), dict[tuple[str, int], str]()
        for record in self.place.broker.records("asset.metadata"):
            data = json.loads(record.value or b"")["data"]
            kept[data["asset_id"]] = data["revision"], data["data"]["is"]
            assert meant.setdefault((data["asset_id"], data["revision"]), data["data"]["is"]) == data["data"]["is"]
        return kept

    async def archived(self) -> dict[str, tuple[int, str]]:
        """The same of the archive: bundles, and over them what stands by itself."""
        lines = [body async for records in bundled(self.place.library, self.topic) for body in records.values()]
        lines += [one.body for asset in self.ids if (one := await self.place.library.get(path_of(asset)))]
        facets = [Facet.model_validate_json(line) for line in lines]
        return {one.asset_id: (one.revision, one.data["is"]) for one in facets}


@pytest.fixture
def shop(place: Place, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """On a busy machine a crowd takes longer to come together."""
    monkeypatch.setattr(under_test, "GATHER_S", 0.2)
    monkeypatch.setattr(under_test, "LONGEST_S", 3.0)
    return Shop(place)


async def test_a_crowd_is_one_object_and_what_changes_gets_its_own(shop: Shop) -> None:
    process = shop.process()
    await shop.write(process, "a")
    assert (await shop.bundles(), await shop.alone()) == ([CROWD], set())
    await shop.write(process, "a")
    assert await shop.alone() == set()
    await shop.write(process, "b", shop.ids[:2])
    assert (await shop.bundles(), await shop.alone()) == ([CROWD], set(shop.ids[:2]))
    wanted = dict.fromkeys(shop.ids, (1, "a")) | dict.fromkeys(shop.ids[:2], (2, "b"))
    assert shop.last() == wanted == await shop.archived()
    await shop.write(shop.process(), "c")
    assert shop.last() == await shop.archived()
    assert shop.last() == dict.fromkeys(shop.ids, (2, "c")) | dict.fromkeys(shop.ids[:2], (3, "c"))


async def test_what_has_no_room_in_a_bundle_goes_into_the_next(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "MOST_BYTES", 1500 * LEAST)
    shop = Shop(place, ids=[str(uuid4()) for _ in range(3 * LEAST)])
    await shop.write(shop.process(), "a" * 1000)
    bundles, alone = await shop.bundles(), await shop.alone()
    assert len(bundles) == 2 and min(bundles) >= LEAST and sum(bundles) + len(alone) == len(shop.ids)
    assert shop.last() == await shop.archived()


async def test_a_few_go_by_themselves(shop: Shop) -> None:
    few = shop.ids[: LEAST - 1]
    await shop.write(shop.process(), "a", few)
    assert (await shop.bundles(), await shop.alone()) == ([], set(few))


async def test_what_stands_by_itself_is_not_bundled(shop: Shop) -> None:
    """Whether the process that has the chain wrote it, or one before."""
    before, process = shop.process(), shop.process()
    await shop.write(before, "a", shop.ids[:3])
    await shop.write(process, "a", shop.ids[3:5])
    await shop.write(process, "b")
    assert await shop.bundles() == [CROWD - 5]
    assert shop.last() == await shop.archived()
    assert shop.last() == dict.fromkeys(shop.ids, (1, "b")) | dict.fromkeys(shop.ids[:5], (2, "b"))


async def test_who_lost_the_chain_bundles_nothing_more(shop: Shop) -> None:
    late, owner = shop.process(), shop.process()
    await shop.write(late, "a", shop.ids[:1])  # it has the chain
    await shop.write(owner, "b", shop.ids[:2])
    own = late.bundling
    assert own is not None
    with pytest.raises(Outdated):
        await asyncio.gather(*(late.write(shop.draft(asset, "c")) for asset in shop.ids[2:]))
    assert (await shop.bundles(), await shop.alone()) == ([], set(shop.ids[:2]))


async def test_a_bundle_that_is_published_late_does_not_hide_what_came_after(shop: Shop) -> None:
    archived, may_go = asyncio.Event(), asyncio.Event()

    class Slow(MemoryProducer):
        async def send(self, topic: str, **more: object) -> tuple[int, int]:
            archived.set()
            await may_go.wait()
            return await super().send(topic, **more)  # type: ignore[arg-type]

    late = asyncio.create_task(shop.write(shop.process(Slow), "a"))
    await archived.wait()
    await shop.write(shop.process(), "b", shop.ids[:2])
    may_go.set()
    await late
    # The late one says "a" again, by itself: here it is no older message, so it counts as the third.
    assert shop.last() == await shop.archived()
    assert shop.last() == dict.fromkeys(shop.ids, (1, "a")) | dict.fromkeys(shop.ids[:2], (3, "a"))


def dying_at(name: str) -> Callable[[str], None]:
    """A step that ends the process at that point."""

    def step(reached: str) -> None:
        if reached == name:
            raise Killed

    return step


@pytest.mark.parametrize("at", ["bundling.taken", "records.archived", "records.published"])
async def test_a_crash_at_any_step_is_made_good(shop: Shop, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(under_test, "step", dying_at(at))
        with pytest.raises(Killed):
            await shop.write(shop.process(), "a")
    await asyncio.sleep(0)
    await shop.write(shop.process(), "a")
    assert shop.last() == dict.fromkeys(shop.ids, (1, "a")) == await shop.archived()
    assert await shop.alone() == set()


async def test_an_outage_of_the_broker_leaves_the_bundle_and_is_made_good(shop: Shop) -> None:
    process = shop.process()
    shop.place.broker.down = True
    with pytest.raises(Unavailable):
        await shop.write(process, "a")
    shop.place.broker.down = False
    await shop.write(process, "a")
    assert await shop.bundles() == [CROWD]
    assert shop.last() == dict.fromkeys(shop.ids, (1, "a")) == await shop.archived()


async def test_one_that_is_too_large_costs_itself_only(shop: Shop) -> None:
    process, large = shop.process(), str(uuid4())
    others = asyncio.create_task(shop.write(process, "a"))
    with pytest.raises(TooLarge):
        await process.write(shop.draft(large, "a" * MAX_RECORD_BYTES))
    await others
    assert shop.last() == dict.fromkeys(shop.ids, (1, "a"))


async def test_an_index_knows_what_others_bundle(shop: Shop) -> None:
    index = Index(shop.place.library, shop.topic)
    await index.refresh()
    await shop.write(shop.process(), "a")
    assert await index.get(path_of(shop.ids[0])) is None
    await index.refresh()
    found = [await index.get(path_of(asset)) for asset in shop.ids]
    assert [Facet.model_validate_json(one or b"").asset_id for one in found] == shop.ids
    assert not index.has(path_of(str(uuid4())))
