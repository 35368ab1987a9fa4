"""What can wait is done when nothing comes in."""

import asyncio

import pytest

from runtime.outage import Unavailable
from services.catalog import idle
from services.catalog.idle import Idle


class Work:
    """So many pieces of work are due."""

    def __init__(self, due: int) -> None:
        self.due, self.outages, self.steps = due, 0, 0

    async def step(self) -> bool:
        if self.outages:
            self.outages -= 1
            raise Unavailable("away")
        self.steps += 1
        self.due -= 1
        return self.due >= 0


async def running(one: Idle, seconds: float) -> None:
    task = asyncio.create_task(one.run())
    await asyncio.sleep(seconds)
    task.cancel()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "IDLE_S", 30)
    monkeypatch.setattr(idle, "BUSY_REST_S", 30)
    monkeypatch.setattr(idle, "QUIET_S", 0)


async def test_all_that_is_due_is_done_in_turns() -> None:
    few, many = Work(2), Work(5)
    few.outages = 1
    await running(Idle(few.step, many.step), 0.8)
    assert (few.due, many.due) == (-4, -1)


async def test_new_records_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "QUIET_S", 30)
    work = Work(5)
    one = Idle(work.step)
    one.disturb()
    await running(one, 0.2)
    assert work.steps == 0
