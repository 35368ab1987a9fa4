"""Delivery's cages. Their children start when the first size is asked for: most shops want presets only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from runtime.jobs import Cages
from runtime.limits import Limits

WORK = "services.delivery.work:work"
MEMORY = 900_000_000
"""Bytes of one child, as of render's for pictures."""


@asynccontextmanager
async def cages(scratch: Path, slots: int, seconds: float) -> AsyncIterator[Cages]:
    """`slots` of them, closed at the end of the block. seconds: longest time for one size."""
    limits = Limits(seconds=seconds, rss_bytes=MEMORY)
    made = Cages(WORK, size=slots, scratch=scratch, limits=limits, lazy=True)
    await made.start()
    try:
        yield made
    finally:
        await made.close()
