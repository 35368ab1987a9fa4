"""Slots under any mix of work: never too many, large inputs leave one, bulk work waits, nobody is forgotten."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.slots import Slots

JOBS = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=25)


@given(count=st.integers(1, 4), jobs=JOBS)
@settings(max_examples=80, deadline=None)
def test_any_mix_of_work_is_done_within_the_rules(count: int, jobs: list[tuple[bool, bool, bool]]) -> None:
    """A job is (large, bulk, cancelled while it waits or runs)."""
    ended, running = 0, [0, 0, 0]

    async def job(slots: Slots, large: bool, bulk: bool) -> None:
        nonlocal ended
        async with slots.hold(large=large, bulk=bulk):
            running[0] += not bulk
            running[1] += large and not bulk
            running[2] += bulk
            try:
                assert running[0] <= count
                assert running[1] <= max(1, count - 1)
                assert running[2] <= 2
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                ended += 1
            finally:
                running[0] -= not bulk
                running[1] -= large and not bulk
                running[2] -= bulk

    async def all_jobs() -> None:
        slots = Slots(count, 2)
        tasks = [asyncio.create_task(job(slots, large, bulk)) for large, bulk, _ in jobs]
        await asyncio.sleep(0)
        for task, (_, _, cancelled) in zip(tasks, jobs, strict=True):
            if cancelled:
                task.cancel()
        results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        assert all(result is None or isinstance(result, asyncio.CancelledError) for result in results)

    asyncio.run(all_jobs())
    assert ended >= sum(not cancelled for _, _, cancelled in jobs)


async def test_bulk_work_gets_a_slot_only_when_nothing_else_waits() -> None:
    slots, order = Slots(1), []

    async def job(name: str, bulk: bool) -> None:
        async with slots.hold(large=False, bulk=bulk):
            order.append(name)
            await asyncio.sleep(0)

    async with slots.hold(large=False, bulk=False):
        tasks = [asyncio.create_task(job(f"bulk{n}", True)) for n in range(2)]
        tasks += [asyncio.create_task(job(f"new{n}", False)) for n in range(2)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert order == ["new0", "new1", "bulk0", "bulk1"]


async def test_new_work_does_not_wait_for_bulk_work_to_end() -> None:
    slots = Slots(1)
    async with slots.hold(large=False, bulk=True):
        await asyncio.wait_for(_pass(slots), 5)


async def _pass(slots: Slots) -> None:
    async with slots.hold(large=False, bulk=False):
        pass


async def test_one_slot_alone_takes_large_inputs_too() -> None:
    async with Slots(1).hold(large=True, bulk=False):
        pass


async def test_bulk_work_does_not_take_the_slot_that_is_kept_for_small_new_work() -> None:
    slots, begun = Slots(2), asyncio.Event()

    async def bulk() -> None:
        async with slots.hold(large=False, bulk=True):
            begun.set()

    async def large() -> None:
        async with slots.hold(large=True, bulk=False):
            await asyncio.sleep(0)

    async with slots.hold(large=True, bulk=False):
        tasks = [asyncio.create_task(large()), asyncio.create_task(bulk())]
        for _ in range(5):
            await asyncio.sleep(0)
        assert not begun.is_set()
    await asyncio.gather(*tasks)
    assert begun.is_set()
