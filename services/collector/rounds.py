"""Rounds by the clock. Missing one costs room on a disk, never a file."""

import asyncio

from runtime.outage import ride_out
from services.collector.handler import Collector


class Rounds:
    """One round after the other until `stop`."""

    def __init__(self, collector: Collector, every_s: float) -> None:
        self._collector, self._every_s = collector, every_s
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End after the running round."""
        self._stopping.set()

    async def run(self) -> None:
        """Rest first: whoever restarts often need not collect often."""
        while not self._stopping.is_set():
            try:
                await asyncio.wait_for(self._stopping.wait(), self._every_s)
            except TimeoutError:
                await ride_out(self._collector.collect)
