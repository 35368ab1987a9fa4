"""Waiting until the queues behind the last fact are empty."""

import asyncio
import time

from cli import lag
from cli.watch import Watch

LONGEST_S = 60.0
LINKING = {"linker", "linker.view", "linker-media"}


async def group_empty(kafka: str, *groups: str) -> None:
    """Until these groups have taken and committed all there is (or a minute has passed: the summary then shows it)."""
    end = time.monotonic() + LONGEST_S
    while time.monotonic() < end:
        if not sum(entry.behind for entry in await lag.measure(kafka) if entry.group in groups):
            return
        await asyncio.sleep(0.2)


async def queues_empty(kafka: str) -> None:
    """Until the linker has nothing left: its steps feed each other, so it is asked twice."""
    for _ in range(2):
        await group_empty(kafka, *LINKING)
        await asyncio.sleep(0.6)  # offsets are committed every half second


async def watch_still(watch: Watch) -> None:
    """Until no record has come for half a second."""
    before = -1
    while before != (now := sum(media.revision for media in watch.media.values())):
        before = now
        await asyncio.sleep(0.5)
