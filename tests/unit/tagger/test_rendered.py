"""A large photograph is seen by render's picture of it where one is there, and is never held up where none is."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from runtime.assets import facet
from runtime.broker import Record
from runtime.refusal import Refused
from schemas.asset import AssetIngested
from schemas.envelope import Event
from schemas.rendition import FIRST, Rendition, RenditionsFacet
from schemas.tags import TagsFacet
from schemas.topics import ASSET_INGESTED, ASSET_RERUN
from services.tagger.rendered import LARGE, Patience, is_large
from tests.fakes.versions import ingested
from tests.fakes.world import World
from tests.unit.tagger.test_handler import Tagger

WEB: dict[str, Any] = {
    "preset": "anything",
    "channel": "webshop",
    "recipe": "3f2a9c0d11e2a4b7",
    "key": "renditions/a/web.jpg",
    "format": "jpeg",
    "width": 1200,
    "height": 900,
    "bytes": 3,
    "faithful": True,
}


@pytest.fixture
def tagger(tmp_path: Path) -> Tagger:
    return Tagger(World(), tmp_path)


async def large(world: World, name: str = "a") -> AssetIngested:
    return (await ingested(world, name, body=b"large original")).model_copy(update={"bytes": LARGE})


async def rendered(world: World, event: AssetIngested, *made: dict[str, Any]) -> None:
    """As render says it when its first pictures are made."""
    data = RenditionsFacet(sha256=event.sha256, width=4032, height=3024, renditions=[Rendition(**one) for one in made])
    await world.records.write(facet(event, FIRST, data.model_dump(mode="json", exclude_none=True)))


async def test_what_render_has_made_is_looked_at_and_what_it_cannot_tell_is_the_originals(tagger: Tagger) -> None:
    event = await large(tagger.world)
    await tagger.world.library.put(WEB["key"], b"web")
    await rendered(tagger.world, event, {**WEB, "width": 2400, "height": 1800, "key": "renditions/a/zoom.jpg"}, WEB)
    await tagger.job(event)
    tags = TagsFacet.model_validate((await tagger.facet(event)).data)
    assert (tags.hash, tags.picture_key) == (f"{3:016x}", WEB["key"])
    assert tagger.heads == [b"large original"] and tagger.cages.jobs[0]["size"] == [4032, 3024]


@pytest.mark.parametrize(
    "other",
    [{"faithful": None}, {"width": 600, "height": 450}, {"format": "webp"}, {"key": "renditions/a/gone.jpg"}],
    ids=["altered", "small", "not a JPEG", "gone"],
)
async def test_what_does_not_serve_leaves_the_original(tagger: Tagger, other: dict[str, Any]) -> None:
    event = await large(tagger.world)
    await tagger.world.library.put(WEB["key"], b"web")
    await rendered(tagger.world, event, {**WEB, **other})
    await tagger.job(event)
    tags = TagsFacet.model_validate((await tagger.facet(event)).data)
    assert (tags.hash, tags.picture_key) == (f"{len(b'large original'):016x}", None)


async def test_a_rendition_that_cannot_be_opened_refuses_nothing(tagger: Tagger) -> None:
    event = await large(tagger.world)
    await tagger.world.library.put(WEB["key"], b"web")
    await rendered(tagger.world, event, WEB)
    tagger.fault, tagger.faults = Refused("The picture is cut off.", "Export it again."), 1
    await tagger.job(event)
    facet = await tagger.facet(event)
    assert facet.status == "done" and "picture_key" not in facet.data


@pytest.mark.parametrize(("field", "value"), [("bytes", LARGE - 1), ("media_type", "image/png")])
async def test_small_files_and_others_are_opened_themselves(field: str, value: Any) -> None:
    assert not is_large((await large(World())).model_copy(update={field: value}))


# ── waiting ───────────────────────────────────────────────────────────────────────────────────────────────────


def record(event: AssetIngested, topic: str = ASSET_INGESTED.name) -> Record:
    data = event.model_dump(mode="json")
    about: dict[str, Any] = {
        "id": "1",
        "subject": event.asset_id,
        "source": "/packshot/ingest",
        "type": topic,
        "time": event.arrived,
    }
    said = Event(**about, data=data)
    return Record(topic=topic, partition=0, offset=0, key=b"a", value=said.model_dump_json().encode())


async def waited(patience: Patience, *records: Record) -> float:
    began = time.monotonic()
    await asyncio.gather(*(patience(one) for one in records))
    return time.monotonic() - began


async def test_it_waits_until_render_has_spoken() -> None:
    world = World()
    patience = Patience(world.library, look_s=0.01, patience_s=20)
    made, faulty = await large(world, "made"), await large(world, "faulty")
    waits = [asyncio.create_task(patience(record(one))) for one in (made, faulty)]
    done, _ = await asyncio.wait(waits, timeout=0.05)
    assert not done
    await rendered(world, made, WEB)
    await asyncio.wait_for(waits[0], 5)
    await world.records.write(facet(faulty, "renditions", {}, status="refused", cause="Damaged."))
    await asyncio.wait_for(waits[1], 5)


async def test_a_render_that_is_away_costs_one_wait_and_not_one_a_file() -> None:
    world = World()
    patience = Patience(world.library, look_s=0.01, patience_s=0.3)
    events = [await large(world, name) for name in "abcdefgh"]
    records = [record(event) for event in events]
    assert 0.3 <= await waited(patience, *records) < 1.2
    assert await waited(patience, *records) < 0.3
    await rendered(world, events[0], WEB)  # it is back
    assert 0.3 <= await waited(patience, *records) < 1.2


async def test_nothing_else_waits() -> None:
    world = World()
    patience = Patience(world.library, look_s=0.01, patience_s=20)
    event = await large(world)
    small, garbage = record(event.model_copy(update={"bytes": 5})), Record(ASSET_INGESTED.name, 0, 0, b"a", b"{")
    assert await waited(patience, small, garbage, record(event, ASSET_RERUN.name)) < 5
