"""The tagger teaches itself: when enough has changed, what can be seen, no worse than before, one process at a time."""

import asyncio
import itertools

import pytest

from runtime.memory_store import MemoryBucket
from runtime.outage import Unavailable
from services.tagger.taught.lesson import RECORD, Lesson, enough
from services.tagger.taught.shelf import Shelf
from tests.fakes.shop import Shop
from tests.fakes.steps import Killed, Steps, install

FEW = range(9)
MANY = range(12)


async def on_shelf(shop: Shop) -> dict[str, str]:
    return {name: card.version for name, card in (await Shelf(shop.world.library).cards()).items()}


async def test_it_learns_what_can_be_seen() -> None:
    shop = Shop()
    await shop.stock(MANY)
    results = await shop.teacher.look()
    assert results is not None and set(results) == {"category"}  # a material cannot be seen
    assert (results["category"].examples, results["category"].top1, results["category"].kept) == (24, 1.0, True)
    assert set(await on_shelf(shop)) == {"taught-category"}


async def test_too_few_examples_teach_nothing() -> None:
    shop = Shop()
    await shop.stock(FEW)  # 18 pictures
    assert await shop.teacher.look() is None
    assert (shop.lessons, await on_shelf(shop)) == (0, {})


@pytest.mark.parametrize(
    ("before", "now", "so"), [(0, 19, False), (0, 20, True), (100, 119, False), (100, 120, True), (300, 325, False),
                              (300, 330, True), (300, 270, True)],
)  # fmt: skip
def test_what_is_enough(before: int, now: int, so: bool) -> None:
    last = Lesson(version="2", pictures={str(number): "a" for number in range(before)})
    assert enough(last, "2", {str(number): "a" for number in range(now)}) is so


def test_other_links_are_a_change_and_another_model_is_one() -> None:
    pictures = {str(number): "a" for number in range(50)}
    last = Lesson(version="2", pictures=pictures)
    assert not enough(last, "2", pictures | {str(number): "b" for number in range(19)})
    assert enough(last, "2", pictures | {str(number): "b" for number in range(20)})
    assert enough(last, "3", pictures)
    assert not enough(last, "3", {"1": "a"})


async def test_it_learns_again_when_enough_has_changed_and_only_then() -> None:
    shop = Shop()
    await shop.stock(MANY)
    teacher = shop.teacher
    await teacher.look()
    first = await on_shelf(shop)
    for number in range(12, 21):
        await shop.stock(range(number, number + 1))
        assert await teacher.look() is None  # 18 more pictures: the last learning's 24 and 19 more are not enough
    await shop.stock(range(21, 22))
    results = await teacher.look()
    assert results is not None and results["category"].examples == 44
    assert await on_shelf(shop) != first
    assert [await shop.teacher.look() for _ in range(3)] == [None] * 3
    assert shop.lessons == 2


async def test_a_worse_one_is_kept_out_and_not_tried_again() -> None:
    """Links of a mixed-up list: on what was known before, it is worse."""
    shop = Shop()
    await shop.stock(MANY)
    await shop.teacher.look()
    first = await on_shelf(shop)
    await shop.stock(range(12, 132), mixed_up=True, of_each=1)
    results = await shop.teacher.look()
    assert results is not None and not results["category"].kept
    assert await on_shelf(shop) == first
    assert await shop.teacher.look() is None


async def test_what_people_confirm_and_reject_is_learnt() -> None:
    shop = Shop()
    await shop.stock(MANY)
    await shop.teacher.look()
    unlinked = [await shop.picture(f"of no product {number}", "Shoes") for number in range(20)]
    for asset in unlinked:
        await shop.say(asset, Shoes="confirmed")
    results = await shop.teacher.look()
    assert results is not None and results["category"].examples == 44
    for asset in unlinked:
        await shop.say(asset, Shoes="rejected")
    results = await shop.teacher.look()
    assert results is not None and results["category"].examples == 24


async def test_killed_between_any_two_steps_it_ends_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async def through(name: str = "", time: int = 1) -> tuple[dict[str, str], Lesson, bool]:
        shop, steps = Shop(), Steps()
        install(monkeypatch, steps)
        await shop.stock(MANY)
        if name:
            steps.kill_at(name, time)
        for _ in range(3):
            try:
                await shop.teacher.look()
            except Killed:
                continue
        stored = await shop.world.library.get(RECORD)
        assert stored is not None
        return await on_shelf(shop), Lesson.model_validate_json(stored.body), steps.killed

    shelf, lesson, _ = await through()
    for name in ("taught.looked", "taught.numbers-put", "taught.card-put", "taught.lesson-put"):
        again = await through(name)
        assert again[2], f"{name} was not reached"
        # The assets' ids and the products are the same, so is what is learnt: no version that nobody has tagged by.
        assert (again[0], again[1]) == (shelf, lesson), name


async def test_two_at_once_leave_one_lesson() -> None:
    shop = Shop()
    await shop.stock(MANY)
    one, other = shop.teacher, shop.teacher
    results = await asyncio.gather(one.look(), other.look())
    assert sorted(result is None for result in results) == [False, True]
    assert shop.lessons == 2  # both had begun, and one was the quicker
    assert await one.look() is None and await other.look() is None
    assert set(await on_shelf(shop)) == {"taught-category"}


async def test_an_outage_in_the_middle_costs_nothing() -> None:
    """At every call of the store in turn: what is left is learnt when it is back."""
    for calls in itertools.count(1, 31):
        shop = Shop()
        await shop.stock(MANY)
        library = shop.world.library
        library.__class__ = Failing
        assert isinstance(library, Failing)
        library.left = calls
        teacher = shop.teacher
        try:
            results = await teacher.look()
        except Unavailable:
            library.left = 10**9
            results = await teacher.look()
            assert results is not None and results["category"].kept
            assert set(await on_shelf(shop)) == {"taught-category"}
        else:
            assert results is not None and calls > 50
            break


class Failing(MemoryBucket):
    """Goes down after so many reads and writes."""

    left = 10**9

    def _current(self, key: str):  # type: ignore[no-untyped-def]
        self.left -= 1
        if self.left < 0:
            raise Unavailable("the store is down")
        return super()._current(key)
