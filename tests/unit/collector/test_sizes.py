"""Sizes that are made when they are asked for: no facet names them. Asked for they stay, else they are collected."""

from datetime import datetime, timedelta, tzinfo

import pytest

from runtime.memory_store import MemoryBucket
from runtime.reuse import taken_over
from services.collector.ending import Ending
from services.collector.handler import Collector

SIZE = f"sizes/{'ab' * 32}/0123456789abcdef.webp"
KEEP = timedelta(days=7)


async def none(*_: str) -> None:
    raise AssertionError("nothing ends here")


@pytest.mark.parametrize("refs", [0, 1])
async def test_what_is_asked_for_stays_and_what_is_not_goes(monkeypatch: pytest.MonkeyPatch, refs: int) -> None:
    library = MemoryBucket("library")

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls.fromtimestamp((datetime.now(tz) + library.ahead).timestamp(), tz)

    monkeypatch.setattr("runtime.reuse.datetime", Clock)
    collector = Collector(library, Ending(library, MemoryBucket("inbox"), none), KEEP)
    await library.put(SIZE, b"made")
    for number in range(refs):  # of the content that it was made of: purged or not, it is asked for or it goes
        await library.put(f"refs/{'ab' * 32}/asset/{number}", b"")
    for day in range(20):
        library.ahead = timedelta(days=day)
        assert await taken_over(library, SIZE)
        await collector.collect()
        assert len(await library.versions(SIZE)) <= KEEP.days + 2, "what was renewed goes in its time"
    library.ahead += timedelta(days=6)
    await collector.collect()
    assert await library.head(SIZE)
    library.ahead += timedelta(days=2)
    await collector.collect()
    assert await library.versions(SIZE) == []
