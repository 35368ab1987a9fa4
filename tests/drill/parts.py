"""Faults of our own processes, and of the servers that they wait for."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cli.breaking import members
from cli.breaking.link import GOOD, Manner
from tests.drill import hangs, stuck
from tests.drill.copy import LONG, Copy, renew, until
from tests.drill.fault import Words
from tests.e2e.pictures import picture

SOON = 5
"""Days that are left to a certificate."""
OFTEN = 4


@asynccontextmanager
async def hung(copy: Copy) -> AsyncIterator[Words]:
    """The tagger stands still, and answers nobody."""
    copy.signal("tagger", signal.SIGSTOP)
    yield {"PART": "tagger"}


@asynccontextmanager
async def not_there(copy: Copy) -> AsyncIterator[Words]:
    """Prometheus does not find the collector, as one that is scaled to nothing."""
    known = copy.watched.read_text()
    left = [one for one in json.loads(known) if one["labels"]["service"] != "collector"]
    copy.watched.write_text(json.dumps(left))
    yield {"PART": "collector"}
    copy.watched.write_text(known)


@asynccontextmanager
async def ended_often(copy: Copy) -> AsyncIterator[Words]:
    """The collector is killed as often as it comes up."""
    for _ in range(OFTEN):
        copy.signal("collector", signal.SIGKILL)
        await until(lambda: copy.part("collector").state != "up", 30, "its end")
        await until(lambda: copy.part("collector").state == "up", 90, "the collector")
        await asyncio.sleep(2)  # Prometheus looks once a second
    yield {"PART": "collector"}


@asynccontextmanager
async def caged_by_nothing(copy: Copy) -> AsyncIterator[Words]:
    """The kernel has no Landlock: who opens files refuses to start."""
    await copy.down()
    await copy.up(f"{copy.python} -m tests.work.filtered landlock ")
    yield {"PART": "render"}
    await copy.down()  # a machine with another kernel
    await copy.up()


@asynccontextmanager
async def standing_still(copy: Copy) -> AsyncIterator[Words]:
    """A second tagger whose loop never comes back from a poll, and which says so of itself."""
    more = members.member(copy.home, "tagger", [stuck.__name__, "tagger"], copy.beside)
    await asyncio.to_thread(more.start)
    try:
        yield {"PART": "tagger"}
    finally:
        await asyncio.to_thread(more.stop)


@asynccontextmanager
async def hanging(copy: Copy) -> AsyncIterator[Words]:
    """A second tagger that never comes to the end of what it takes; it is taken back once it is seen."""
    more = members.member(copy.home, "tagger", [hangs.__name__, "tagger"], copy.beside)
    await asyncio.to_thread(more.start)
    try:
        await until(more.ready, 120, "the second tagger")
        await copy.put({f"hanging/{number}.jpg": picture(1000 + number) for number in range(24)})
        yield {"PART": "tagger"}
    finally:
        await asyncio.to_thread(more.stop)


@asynccontextmanager
async def store_hung(copy: Copy) -> AsyncIterator[Words]:
    """The store takes connections and answers none, with files in work."""
    await copy.put({f"hung/{number}.jpg": picture(900 + number) for number in range(8)})
    copy.signal("s3", signal.SIGSTOP)
    yield {"PART": "s3"}


@asynccontextmanager
async def store_cut_off(copy: Copy) -> AsyncIterator[Words]:
    """Nobody reaches the store."""
    copy.links["s3"].behave(Manner(cut=True))
    yield {"PART": "s3"}
    copy.links["s3"].behave(GOOD)


@asynccontextmanager
async def database_cut_off(copy: Copy) -> AsyncIterator[Words]:
    """Nobody reaches PostgreSQL, while files come."""
    copy.links["postgres"].behave(Manner(cut=True))
    await copy.put({f"unseen/{number}.jpg": picture(950 + number) for number in range(8)})
    yield {"PART": "postgres", "FILE": "unseen/1.jpg"}
    copy.links["postgres"].behave(GOOD)


@asynccontextmanager
async def kafka_cut_off(copy: Copy) -> AsyncIterator[Words]:
    """Nobody reaches Kafka."""
    copy.links["kafka"].behave(Manner(cut=True))
    yield {"PART": "kafka"}
    copy.links["kafka"].behave(GOOD)


@asynccontextmanager
async def disk_full(copy: Copy) -> AsyncIterator[Words]:
    """Not a byte is free where scratch files lie."""
    await asyncio.to_thread(copy.disk.fill)
    yield {}
    copy.disk.free()


@asynccontextmanager
async def certificate_ending(copy: Copy) -> AsyncIterator[Words]:
    """The pim service was started with an authority that is good for a few days more."""
    renew(copy.certificate, SOON)
    await copy.run("./packshot restart pim")
    yield {"PART": "pim"}
    renew(copy.certificate, LONG)
