"""Every tagger takes taught tags from the library, and gives it what was taught beside it."""

import asyncio
from contextlib import suppress
from pathlib import Path

from runtime import metrics
from runtime.objects import Bucket
from runtime.outage import ride_out
from services.tagger.taught.heads import Versions
from services.tagger.taught.shelf import Shelf

LEVEL_S = 20.0
"""Seconds after which a tagger has what another one has learnt."""


class Levelling:
    """Keeps the folder of models and the library at the same heads, and says how good they are."""

    def __init__(self, library: Bucket, versions: Versions, folder: Path, every_s: float = LEVEL_S) -> None:
        self._shelf, self._versions, self._folder, self._every_s = Shelf(library), versions, folder, every_s
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.is_set():
            await ride_out(self.once)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._every_s)

    async def once(self) -> None:
        """Level now."""
        await self._shelf.level(self._folder)
        metrics.TAUGHT_RIGHT.clear()
        for head in self._versions.heads():
            metrics.TAUGHT_RIGHT.labels(head.card.about or "words").set(head.card.top1)

    def told(self) -> list[dict[str, object]]:
        """For /healthz and `packshot status`."""
        cards = [head.card for head in self._versions.heads()]
        return [
            {"about": one.about or "words", "version": one.version, "tags": len(one.tags), "examples": one.examples,
             "top1": one.top1, "taught": one.taught.isoformat(timespec="seconds")} for one in cards
        ]  # fmt: skip
