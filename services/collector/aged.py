"""Records that only add up: what delivery sent, and what feeds gave. Of each so much is kept as is read again. Pure."""

from collections import deque
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from runtime.objects import ObjectInfo
from schemas.sent import FOLDER as SENT
from schemas.sent import MONTHS

FEEDS = "feeds/"
"""`feeds/<feed>/<time>.jsonl.gz` (services/catalog/feeds/runs.py)."""
RUNS = 1000
"""Of one feed that are kept however old they are: who fetched it for themselves may still have what they gave."""
BACK = 36
"""Months that are looked through beyond those that are kept: so long a collector may have been off."""


def sent_folders(now: datetime) -> Iterator[str]:
    """Of months that nobody adds up again, the oldest first."""
    number = now.year * 12 + now.month - 1
    for back in range(MONTHS + BACK, MONTHS, -1):
        yield f"{SENT}{(number - back) // 12:04d}-{(number - back) % 12 + 1:02d}/"


async def runs_of_feeds(
    pages: AsyncIterator[list[ObjectInfo]], now: datetime
) -> AsyncIterator[tuple[list[ObjectInfo], bool]]:
    """The versions of each run, and whether it stays: the last `RUNS` of each feed do, and all of the last `MONTHS`.

    pages: as `Bucket.histories` gives them, of one feed in order: names are times. Not more than `RUNS` are held.
    """
    bound = f"{now - timedelta(days=31 * MONTHS):%Y%m%dT%H%M%S}"
    last, feed = deque[list[ObjectInfo]](), ""
    async for page in pages:
        for key, versions in groupby(page, key=lambda info: info.key):
            if (folder := key.rpartition("/")[0]) != feed:
                feed = folder
                while last:
                    yield last.popleft(), True
            last.append(list(versions))
            if len(last) > RUNS:
                run = last.popleft()
                yield run, run[0].key.rpartition("/")[2] >= bound
    while last:
        yield last.popleft(), True
