"""An outage of S3, Kafka or PostgreSQL: everybody waits with backoff, and it costs no attempt."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from runtime import metrics

log = logging.getLogger(__name__)
T = TypeVar("T")
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 5.0
KAFKA, OTHER = "Kafka", "other"
DISK = "the disk"
SERVERS = {
    "Kafka": KAFKA,
    "S3": "S3",
    "object storage": "S3",
    "PostgreSQL": "PostgreSQL",
    "The disk": DISK,
    "the scratch folder": DISK,
    "SQS": "SQS",
}
"""How the words of an outage begin → whom it is of."""


class Unavailable(Exception):
    """A server that we need does not answer; the message is innocent. Names the server."""


def backoff(attempt: int) -> float:
    """Seconds to wait before try number `attempt` (1, 2, …): doubling, jittered, bounded."""
    wait: float = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempt - 1, 10))
    return wait * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing


def server(error: Unavailable) -> str:
    """Which server it is that does not answer; `other`: of somebody outside."""
    return next((name for start, name in SERVERS.items() if str(error).startswith(start)), OTHER)


async def ride_out(call: Callable[[], Awaitable[T]], *, patience_s: float | None = None) -> T:
    """Call until no outage is in the way. Raises Unavailable after `patience_s` seconds (None: never)."""
    started, attempt, away = asyncio.get_running_loop().time(), 0, ""
    try:
        while True:
            try:
                return await call()
            except Unavailable as error:
                attempt += 1
                away = _counted(away, server(error))
                waited = asyncio.get_running_loop().time() - started
                if patience_s is not None and waited > patience_s:
                    raise
                if attempt in (1, 10) or attempt % 60 == 0:
                    log.warning("waiting for a server: %s (for %.0f s so far)", error, waited)
                await asyncio.sleep(backoff(attempt))
    finally:
        _counted(away, "")


def _counted(before: str, now: str) -> str:
    if before != now:
        if before:
            metrics.WAITING.labels(before).dec()
        if now:
            metrics.WAITING.labels(now).inc()
    return now
