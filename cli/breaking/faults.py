"""Does one fault to a running copy; returns when it is over."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cli.breaking import clock, members
from cli.breaking.disk import Disk
from cli.breaking.ledger import Ledger
from cli.breaking.link import GOOD, Link, Manner
from cli.breaking.pim import Pim
from cli.breaking.schedule import Fault, Kind
from cli.connect import settings_of
from cli.home import Home
from cli.supervisor import status_file
from cli.trouble import Trouble
from runtime.kafka import KafkaProducer
from runtime.outage import Unavailable, ride_out
from runtime.publisher import Outgoing, Publisher
from schemas.inbox import InboxHint
from schemas.topics import INBOX_EVENTS

UP_S = 300.0
"""A busy machine may take minutes where an idle one takes seconds; how long it took is told."""
MANNERS: Mapping[Kind, Manner] = {
    "slow": Manner(delay_s=0.1, bytes_a_second=300_000),
    "cut": Manner(cut=True),
}
"""Slow is a line to another continent: 200 ms there and back, 2.4 Mbit/s a connection."""


@dataclass(frozen=True)
class Site:
    """What there is to be broken. links: by the server behind them; disks: by whose they are."""

    home: Home
    links: Mapping[str, Link]
    disks: Mapping[str, Disk]
    pim: Pim
    ledger: Ledger


class Skipped(Exception):
    """This machine does not let us break that; says why."""


async def commit(site: Site, fault: Fault, keys: Sequence[str]) -> str:
    """Break it; returns what there is to tell of it. keys: what was dropped so far.

    Raises Skipped, and Trouble where there is nothing to break or it went on where it should have stopped.
    """
    match fault.kind:
        case "kill":
            os.kill(_pid(site.home, fault.part), signal.SIGKILL)
        case "pause":
            await _paused(_pid(site.home, fault.part), fault.seconds)
        case "hints":
            await _hint_again(site.home, keys)
        case "more":
            await members.one_more(site.home, fault.part, fault.seconds)
        case "clock":
            await members.one_more(site.home, fault.part, fault.seconds, [clock.__name__, fault.part])
        case "bad":
            return await members.bad_release(site.home, fault.part, site.ledger)
        case "full":
            return await _filled(site.disks[fault.part], fault.seconds)
        case "mute":
            return await _muted(site.pim, fault.seconds)
        case "slow" | "cut":
            return await _linked(site.links[fault.part], MANNERS[fault.kind], fault.seconds)
    return ""


async def _paused(pid: int, seconds: float) -> None:
    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        os.kill(pid, signal.SIGCONT)


async def _filled(disk: Disk, seconds: float) -> str:
    if disk.missing:
        raise Skipped(disk.missing)
    try:
        took = await asyncio.to_thread(disk.fill)
        await asyncio.sleep(seconds)
    finally:
        disk.free()
    return f"it took {took // 1_000_000} MB"


async def _muted(pim: Pim, seconds: float) -> str:
    before, pim.mute = pim.unanswered, True
    try:
        await asyncio.sleep(seconds)
    finally:
        pim.mute = False
    return f"{pim.unanswered - before} writes were done and not answered"


async def _linked(link: Link, manner: Manner, seconds: float) -> str:
    before = link.cuts
    link.behave(manner)
    try:
        await asyncio.sleep(seconds)
    finally:
        link.behave(GOOD)
    return f"{link.cuts - before} connections were reset" if manner.cut else ""


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
