"""What is counted of every message that is handled, whoever reads it: worker, Faust agent or projection."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from runtime import metrics


@contextmanager
def handling(topic: str, timestamp_ms: int) -> Iterator[None]:
    """Around the handling of one message, which was written at `timestamp_ms` (0: unknown)."""
    started = time.monotonic()
    taken(topic, timestamp_ms)
    with metrics.IN_FLIGHT.track_inprogress():
        yield
    metrics.HANDLING.labels(topic).observe(time.monotonic() - started)


def taken(topic: str, timestamp_ms: int) -> None:
    """A message is taken: how old is it?"""
    if timestamp_ms:
        metrics.QUEUE_AGE.labels(topic).observe(max(0.0, time.time() - timestamp_ms / 1000))
