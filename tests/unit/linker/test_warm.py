"""A linker whose view is still filling is cold: it publishes nothing, for it would unlink what it does not know yet."""

import asyncio
from typing import cast

import pytest

from runtime.broker import Consumer, Partition
from runtime.projection import Projection
from services.linker.warm import Warmth

PLACE = Partition("pim.products", 0)


class View:
    """`Projection` and `Consumer` in one: a log of some length, of which the database holds so many records."""

    def __init__(self, length: int, held: int) -> None:
        self.length, self.held = length, held

    async def behind(self, ends: dict[Partition, int]) -> int:
        return max(0, ends[PLACE] - self.held)

    async def everything(self) -> set[Partition]:
        return {PLACE}

    async def end_offsets(self, places: set[Partition]) -> dict[Partition, int]:
        assert places == {PLACE}
        return {PLACE: self.length}


@pytest.fixture
def view() -> View:
    return View(length=5, held=0)


async def is_warm(warmth: Warmth) -> bool:
    """Whether it lets a request through at once."""
    try:
        await asyncio.wait_for(warmth.wait(), 0.3)
    except TimeoutError:
        return False
    return True


def warmth_of(view: View) -> Warmth:
    return Warmth(cast(Projection, view), cast(Consumer, view))


async def test_cold_until_it_holds_what_the_log_held_then_warm(view: View) -> None:
    warmth = warmth_of(view)
    assert not await is_warm(warmth)
    view.held = 4
    assert not await is_warm(warmth)
    waiting = asyncio.create_task(warmth.wait())
    await asyncio.sleep(0.05)
    view.held = 5
    await asyncio.wait_for(waiting, 2)
    assert await is_warm(warmth)


async def test_what_came_since_is_not_waited_for(view: View) -> None:
    """New products come all the time: each of them asks for its pictures itself."""
    view.held = 5
    warmth = warmth_of(view)
    assert await is_warm(warmth)
    view.length = 900
    assert await is_warm(warmth)


async def test_an_emptied_database_makes_it_cold_again_until_all_is_there(view: View) -> None:
    view.held = 5
    warmth = warmth_of(view)
    assert await is_warm(warmth)
    view.held, view.length = 0, 7
    assert not await is_warm(warmth)
    view.held = 6
    assert not await is_warm(warmth), "what came meanwhile is gone with the rest"
    view.held = 7
    assert await is_warm(warmth)
