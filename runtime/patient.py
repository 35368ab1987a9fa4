"""Second waves: each group takes what is its own of `asset.later`, and lets first waves go first."""

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing

from runtime.broker import Record
from runtime.deliver import Saying
from schemas.asset import LaterWork

LOOK_S, MOST_LOOKS = 0.25, 240
"""A minute for each file: then it goes on beside the others, at its low priority."""
LAST = 19
"""Niceness of second waves: they get what nobody else wants."""


def patient(
    handler: Callable[[LaterWork], Saying], busy: Callable[[], bool], rest_s: float = LOOK_S
) -> Callable[[LaterWork], Saying]:
    """A handler that lets first waves go first: it waits while any runs, though not for ever."""

    async def waits(event: LaterWork) -> Saying:
        for _ in range(MOST_LOOKS):
            if not busy():
                break
            await asyncio.sleep(rest_s)
        async with aclosing(handler(event)) as saying:
            async for said in saying:
                yield said

    return waits


def owing(*names: str) -> Callable[[Record], bool]:
    """Whether a record of `asset.later` owes one of these facets; what cannot be read is left to be buried."""

    def concerns(record: Record) -> bool:
        try:
            return not set(names).isdisjoint(json.loads(record.value or b"{}")["data"]["owes"])
        except (ValueError, KeyError, TypeError):
            return True

    return concerns
