"""Does one fault to a running copy, by the process ids that its supervisor knows; returns when it is over."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Sequence

from cli.breaking.schedule import Fault
from cli.connect import settings_of
from cli.home import Home
from cli.servers.stack import Stack
from cli.supervisor import status_file
from cli.supervisor.service import Service
from cli.trouble import Trouble
from runtime.kafka import KafkaProducer
from runtime.outage import Unavailable, ride_out
from runtime.publisher import Outgoing, Publisher
from schemas.inbox import InboxHint
from schemas.topics import INBOX_EVENTS

UP_S = 90.0


async def commit(home: Home, fault: Fault, keys: Sequence[str]) -> None:
    """Break it. keys: what was dropped so far. Raises Trouble where there is nothing to break."""
    match fault.kind:
        case "kill":
            os.kill(_pid(home, fault.part), signal.SIGKILL)
        case "pause":
            pid = _pid(home, fault.part)
            os.kill(pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(fault.seconds)
            finally:
                os.kill(pid, signal.SIGCONT)
        case "hints":
            await _hint_again(home, keys)
        case "more":
            await _one_more(home, fault.part, fault.seconds)


async def all_up(home: Home) -> float:
    """Wait until every part is up; returns the seconds. Raises Trouble after UP_S."""
    began = time.monotonic()
    while True:
        down = [part for part in status_file.read(home) if part.state != "up"]
        if not down:
            return time.monotonic() - began
        if time.monotonic() - began > UP_S:
            told = ", ".join(f"{part.name} is {part.state}: {part.cause}" for part in down)
            raise Trouble(f"Not up again after {UP_S:.0f} s: {told}.", f"See {down[0].log}.")
        await asyncio.sleep(0.2)


def _pid(home: Home, name: str) -> int:
    for part in status_file.read(home):
        if part.name == name and part.pid:
            return part.pid
    raise Trouble(f"{name} does not run, so it cannot be broken.", "See `status.json` and the logs of this copy.")


async def _hint_again(home: Home, keys: Sequence[str]) -> None:
    settings = settings_of(home)
    twice = [*keys, *keys]
    random.shuffle(twice)
    producer = KafkaProducer(settings)
    await ride_out(producer.start, patience_s=UP_S)
    try:
        publisher = Publisher(producer, "chaos")
        for key in twice:
            hint = InboxHint(bucket=settings.inbox_bucket, key=key)
            await publisher.publish(Outgoing(INBOX_EVENTS, f"{hint.bucket}/{key}", hint))
    except Unavailable as error:
        raise Trouble(f"Kafka took no hints: {error}", "See kafka.log of this copy.") from error
    finally:
        await producer.stop()


async def _one_more(home: Home, name: str, seconds: float) -> None:
    """Ordinal 1 of a service beside the supervisor's, on a port that nobody has."""
    stack = Stack(home.root)
    port = {name: max(stack.ports.values()) + 1}
    settings = stack.env() | {"PACKSHOT_ORDINAL": "1", "PACKSHOT_SPOOL": str(home.tmp / "spool-more")}
    member = Service(name, home.logs / f"{name}-1.log", port, settings)
    await asyncio.to_thread(member.start)
    try:
        await asyncio.sleep(seconds)
    finally:
        await asyncio.to_thread(member.stop)
