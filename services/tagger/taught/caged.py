"""Learns in a caged child of the lowest priority: first waves do not feel it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runtime.jobs import Cages
from runtime.limits import Limits
from runtime.patient import LAST
from services.tagger.taught.head import HeadCard
from services.tagger.taught.packed import Made
from services.tagger.taught.teacher import Learn

LONGEST_S = 4 * 3600.0
"""It gets what nobody else wants: beside a large upload that is little, and cut off it would begin anew."""


def caged(scratch: Path, nice: int = LAST) -> Learn:
    """Learns in a child that lives as long as its lesson."""

    async def learn(fill: Callable[[Path], None], job: dict[str, Any]) -> list[Made]:
        limits = Limits(seconds=LONGEST_S, nice=nice)
        cages = Cages("services.tagger.taught.learning:work", size=1, scratch=scratch, limits=limits)
        await cages.start()
        try:
            async with cages.lease() as cage:
                await asyncio.to_thread(fill, cage.folder)
                made = []
                async for value in cage.run(job):
                    card = HeadCard.model_validate_json(value["card"])
                    made.append((card, await asyncio.to_thread(cage.output(card.file).read_bytes)))
                return made
        finally:
            await cages.close()

    return learn
