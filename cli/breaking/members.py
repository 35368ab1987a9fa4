"""A second process of a service beside the supervisor's: one more that works, or a bad release that must stop."""

import asyncio
import time
from collections.abc import Iterable, Sequence

from cli.breaking import bad
from cli.breaking.ledger import Ledger
from cli.connect import settings_of
from cli.home import Home
from cli.ports import is_free
from cli.servers.stack import Stack
from cli.supervisor.service import DOORS, Service
from cli.trouble import Trouble
from runtime.buried import Buried
from runtime.buried_kafka import KafkaShelf
from runtime.config import Settings
from runtime.kafka import KafkaProducer

STOPS_S = 180.0
"""So long a bad release may go on before it has to have stopped."""
LIVES = 2
"""It is started again as often as its supervisor would: it must not bury more then."""
MOST = 10 * 12
"""Messages that it may bury: the worker's limit in a row, of each partition."""
HEARD_S = 3.0
"""Until the ledger has read what was buried last."""


def member(home: Home, name: str, run: Sequence[str] = (), port: int = 0) -> Service:
    """Ordinal 1. run: module and arguments in place of the service's own; port: of its health, 0: one that is free."""
    stack = Stack(home.root)
    free = filter(is_free, range(max(stack.ports.values()) + 1, 65_536))
    at = {**stack.ports, name: port or next(free), **{door: next(free) for door in DOORS.get(name, ())}}
    settings = stack.env(name) | {"PACKSHOT_ORDINAL": "1", "PACKSHOT_SPOOL": str(home.tmp / "spool-more")}
    return Service(name, home.logs / f"{name}-1.log", at, settings, run)


async def one_more(home: Home, name: str, seconds: float, run: Sequence[str] = ()) -> None:
    """It joins, and leaves after so long."""
    more = member(home, name, run)
    await asyncio.to_thread(more.start)
    try:
        await asyncio.sleep(seconds)
    finally:
        await asyncio.to_thread(more.stop)


async def bad_release(home: Home, name: str, ledger: Ledger) -> str:
    """It fails on every message until it stops by itself, in each of its lives; then what it buried is replayed.

    Returns what it did, for people. Raises Trouble where it does not stop, or buries more in its next life.
    """
    known, counts = len(ledger.bad), []
    for _ in range(LIVES):
        await _until_stopped(member(home, name, [bad.__name__, name]))
        await asyncio.sleep(HEARD_S)
        counts.append(len(ledger.bad) - known)
    buried = ledger.bad[known:]
    if not buried or len(buried) > MOST or len(set(counts)) > 1:
        raise Trouble(
            f"A bad release of {name} had buried {counts} messages at the end of its lives.",
            f"It should have stopped at {MOST} at most, and buried none in its next life: see runtime/deadletter.py.",
        )
    await _replayed(settings_of(home), sorted(set(buried)))
    return f"it buried {len(buried)}, stopped, and buried none when it was started again"


async def _replayed(settings: Settings, topics: Iterable[str]) -> None:
    producer = KafkaProducer(settings)
    await producer.start()
    try:
        letters = Buried(KafkaShelf(settings, producer))
        for topic in topics:
            await letters.replay(topic)
    finally:
        await producer.stop()


async def _until_stopped(one: Service) -> None:
    await asyncio.to_thread(one.start)
    end = time.monotonic() + STOPS_S
    try:
        while one.alive():
            if time.monotonic() > end:
                raise Trouble(f"A bad release of {one.name} has not stopped for {STOPS_S:.0f} s.", f"See {one.log}.")
            await asyncio.sleep(0.5)
    finally:
        await asyncio.to_thread(one.stop)
