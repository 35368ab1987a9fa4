"""How long fetches wait at the broker: at rest for the first record, at work a moment more for others to come.

Each fetch names every partition and costs about a millisecond of ours, in Faust two, however many records it brings.
So a reader that is idle fetches seldom, and is still answered at the first byte; one that has just read something has
the broker gather. Neither Faust nor aiokafka has a setting that can be changed on the way; aiokafka's fetcher reads
its two numbers anew for each fetch.
"""

from typing import Any

IDLE_WAIT_MS = 1000
"""A fetch that finds nothing comes back so seldom. A seek or a resumed partition waits for it, so it is no longer."""
GATHERED_BYTES = 64 * 1024
"""So much is not held back any longer."""
FAUST_GATHERS_MS = 400
"""Longest time that a record lies at the broker for others to come."""


def pace(consumer: Any, gather_ms: int, *, busy: bool) -> None:
    """Of an AIOKafkaConsumer's next fetches. gather_ms: 0 never gathers."""
    gathers = busy and gather_ms > 0
    fetcher = consumer._fetcher
    fetcher._fetch_min_bytes = GATHERED_BYTES if gathers else 1
    fetcher._fetch_max_wait_ms = gather_ms if gathers else IDLE_WAIT_MS
