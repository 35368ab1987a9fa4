"""Faults of what passes through: files, messages, those who are told and asked."""

import asyncio
import hashlib
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pyvips

from cli.breaking import bad, members
from cli.breaking.link import GOOD, Manner
from cli.connect import settings_of
from runtime.kafka import KafkaProducer
from schemas.facet import facet_object
from schemas.topics import ASSET_INGESTED, dead_letters
from services.ingest.source import path_of
from tests.drill.copy import Copy, until
from tests.drill.fault import Words
from tests.e2e.pictures import picture

FOLDER_OF = 25
"""Files of a folder that vanishes: more than may go unasked."""
LATE_S = 64.0
"""Longer than a minute, in which a picture is promised to be ready."""
BOMBS = 12
DROPPED = "DRILL-1"
"""The product that a drop hands over."""
NOBODY = "nobody"
"""Key of the message that cannot be decoded."""


@asynccontextmanager
async def undecodable(copy: Copy) -> AsyncIterator[Words]:
    """Somebody else wrote on our topic what is no message. Each group buries it: the runbook is shown with render's."""
    producer = KafkaProducer(await asyncio.to_thread(settings_of, copy.home))
    await producer.start()
    try:
        await producer.send(ASSET_INGESTED.name, key=NOBODY.encode(), value=b"\x00 no message")
    finally:
        await producer.stop()
    mine = f"{ASSET_INGESTED.name}.render.dlq"
    yield {"TOPIC": mine}
    for name, topic in dead_letters():
        if topic is ASSET_INGESTED and name != mine:
            await copy.run(f'./packshot dlq done {name} --why "no message"')


@asynccontextmanager
async def bad_release(copy: Copy) -> AsyncIterator[Words]:
    """A second render that fails on every message; it is taken back once it is seen."""
    more = members.member(copy.home, "render", [bad.__name__, "render"], copy.beside)
    await asyncio.to_thread(more.start)
    try:
        await until(more.ready, 120, "the bad release")
        await copy.put({f"bad/{number}.jpg": picture(700 + number) for number in range(24)})
        yield {"TOPIC": f"{ASSET_INGESTED.name}.render.dlq"}
    finally:
        await asyncio.to_thread(more.stop)


@asynccontextmanager
async def hints_lost(copy: Copy) -> AsyncIterator[Words]:
    """The store does not reach Kafka while files come: it drops what it had to tell."""
    copy.links["kafka"].behave(Manner(cut=True))
    await copy.put({f"untold/{number}.jpg": picture(300 + number) for number in range(14)})
    await asyncio.sleep(8)
    copy.links["kafka"].behave(GOOD)
    yield {}


@asynccontextmanager
async def folder_gone(copy: Copy, files: int = FOLDER_OF) -> AsyncIterator[Words]:
    """All files of a folder vanish at once."""
    keys = [f"gone/{number}.jpg" for number in range(files)]
    await copy.put({key: picture(500 + number, 64, 48) for number, key in enumerate(keys)})
    sources = {path_of(copy.inbox.name, key) for key in keys}

    async def taken() -> bool:
        return sources <= {one.key for one in await copy.library.listing("sources/")}

    await until(taken, 120, "that they are taken")
    await asyncio.gather(*map(copy.inbox.delete, keys))
    yield {"FOLDER": "gone"}


@asynccontextmanager
async def record_damaged(copy: Copy) -> AsyncIterator[Words]:
    """The record of a name is no record any more. The runbook's commands put it back."""
    key = "damaged/1.jpg"
    path = path_of(copy.inbox.name, key)
    await copy.put({key: picture(411)})
    await until(lambda: copy.library.head(path), 60, "its record")
    await copy.library.put(path, b"{", content_type="application/json")
    yield {}


@asynccontextmanager
async def original_gone(copy: Copy) -> AsyncIterator[Words]:
    """Somebody deletes an original in the store, once nobody needs it for its work. The runbook puts it back."""
    key, body = "lost/1.jpg", picture(421)
    path = path_of(copy.inbox.name, key)
    await copy.put({key: body})
    await until(lambda: copy.library.head(path), 60, "its record")
    stored = await copy.library.get(path)
    asset = json.loads(stored.body)["asset_id"] if stored else ""
    for name in ("renditions.later", "tags.later"):
        await until(partial(copy.library.head, facet_object(asset, 1, name)), 120, f"its {name}")
    await copy.library.delete(f"originals/{hashlib.sha256(body).hexdigest()}")
    yield {}


@asynccontextmanager
async def children_die(copy: Copy) -> AsyncIterator[Words]:
    """A batch of small files that want more memory than a picture may have."""
    await copy.put({f"bombs/{number}.png": _bomb(number) for number in range(BOMBS)})
    yield {"PART": "render"}


def _bomb(seed: int) -> bytes:
    """Interlaced: it can only be opened as a whole."""
    plain = pyvips.Image.black(11_000, 9_000, bands=3).linear(1, [seed, 0, 0])
    return bytes(plain.cast("uchar").copy(interpretation="srgb").pngsave_buffer(interlace=True, compression=9))


@asynccontextmanager
async def pictures_late(copy: Copy) -> AsyncIterator[Words]:
    """The curator stands still for over a minute, and goes on."""
    copy.signal("curator", signal.SIGSTOP)
    try:
        await copy.put({f"late/{number}.jpg": picture(600 + number) for number in range(12)})
        await asyncio.sleep(LATE_S)
    finally:
        copy.signal("curator", signal.SIGCONT)
    yield {"FILE": "late/1.jpg", "PART": "curator"}


@asynccontextmanager
async def endpoint_away(copy: Copy) -> AsyncIterator[Words]:
    """A shop's endpoint takes no connection, and there is something to tell it."""
    copy.links["hook"].behave(Manner(cut=True))
    made = await copy.ask("POST", "v1/webhooks", {"url": f"http://127.0.0.1:{copy.links['hook'].port}/hook"})
    await copy.put({"told/1.jpg": picture(801)})
    yield {"ID": made["id"]}
    copy.links["hook"].behave(GOOD)


@asynccontextmanager
async def place_away(copy: Copy) -> AsyncIterator[Words]:
    """The place of a drop takes no connection, and there is something to put there."""
    copy.links["drop"].behave(Manner(cut=True))
    (copy.home.root / "typed" / "drill.csv").write_text(f"sku,name\n{DROPPED},Drill\n")
    status, told = await copy.run("./packshot submit drill.csv")
    assert status == 0, told
    await copy.put({f"drill/{DROPPED}_main.jpg": picture(830)})
    yield {}
    copy.links["drop"].behave(GOOD)


@asynccontextmanager
async def pim_away(copy: Copy) -> AsyncIterator[Words]:
    """Akeneo takes no connection."""
    copy.links["pim"].behave(Manner(cut=True))
    yield {"PART": "pim"}
    copy.links["pim"].behave(GOOD)
