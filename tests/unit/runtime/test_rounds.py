"""Rounds go by the library's clock, and only where they are ours."""

import asyncio

from runtime.memory_store import MemoryBucket
from runtime.rounds import Rounds


async def rounds_of(library: MemoryBucket, seconds: float, every_s: float = 3600, ours: bool = True) -> int:
    """How many are made in so many seconds."""
    made = 0

    async def work() -> None:
        nonlocal made
        made += 1

    rounds = Rounds(work, library, "test", every_s, first_s=0.01, ours=lambda: ours)
    task = asyncio.create_task(rounds.run())
    await asyncio.sleep(seconds)
    rounds.stop()
    await asyncio.wait_for(task, 5)
    return made


async def test_a_restart_makes_no_round_before_its_time() -> None:
    library = MemoryBucket("library")
    assert [await rounds_of(library, 0.2) for _ in range(3)] == [1, 0, 0]


async def test_what_is_due_is_made_again() -> None:
    assert await rounds_of(MemoryBucket("library"), 0.5, every_s=0.01) > 2


async def test_who_is_not_the_one_makes_none() -> None:
    library = MemoryBucket("library")
    assert await rounds_of(library, 0.2, ours=False) == 0
    assert await rounds_of(library, 0.2) == 1  # and leaves it to the one who is
