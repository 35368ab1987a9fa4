"""Records that only add up: what delivery sent, and what feeds gave. Of each so much is kept as is read again. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

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


def kept_runs(keys: Iterable[str], now: datetime) -> set[str]:
    """Runs of feeds that stay: the last `RUNS` of each, and all of the last `MONTHS`. Names are times, so they sort."""
    bound = f"{now - timedelta(days=31 * MONTHS):%Y%m%dT%H%M%S}"
    kept: set[str] = set()
    for _, runs in groupby(sorted(keys), key=lambda key: key.rpartition("/")[0]):
        of_one = list(runs)
        kept.update(of_one[-RUNS:])
        kept.update(key for key in of_one if key.rpartition("/")[2] >= bound)
    return kept
