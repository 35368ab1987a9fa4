"""`asset.ingested` → renditions: the first ones first, nothing twice, only what is stale, and every end is told."""

import asyncio
import hashlib
import itertools
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from runtime import metrics
from runtime.broker import Record
from runtime.deadletter import DeadLetterLimit, DeadLetters
from runtime.deliver import Delivery, Saying, Step, decoder, until_current
from runtime.fence import LEASE_S, Outdated
from runtime.memory_store import MemoryBucket
from runtime.outage import Unavailable
from runtime.publisher import Outgoing
from runtime.refusal import Refused
from runtime.verdict import ChildDied
from schemas.asset import AssetIngested, Kind
from schemas.facet import Facet
from schemas.head import HeadFacet
from schemas.rendition import FIRST, RenditionsFacet
from schemas.topics import ASSET_INGESTED, ASSET_METADATA
from services.render.batch import Deps
from services.render.handler import handle, on_failure, whatever_its_name
from services.render.presets import Preset, Presets
from services.render.recipe import Recipe
from tests.fakes.cages import FakeCages
from tests.fakes.steps import Killed, Steps, install
from tests.fakes.versions import ingested
from tests.fakes.world import World

THUMB = Preset(name="thumb", channel="own", wave="first", width=32, height=32, mode="fit", format="webp", quality=75)
CARD = Preset(name="card", channel="webshop", width=60, height=60, mode="fit", format="jpeg", quality=82)
ZOOM = Preset(name="zoom", channel="webshop", width=200, height=200, mode="fit", format="jpeg", quality=85)
PRESETS = Presets(all=(CARD, THUMB, ZOOM))


def changed(**fields: object) -> Presets:
    """The same presets with another card."""
    return Presets(all=(CARD.model_copy(update=fields), THUMB, ZOOM))


class Renderer:
    """A renderer whose pixels are words. `fault` happens before the named preset is made, `deaths` times."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.fault: tuple[str, Exception] | None = None
        self.faults = 10**9

    def work(self, job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
        body = (folder / job["input"]).read_bytes()
        yield {"image": {"width": 40, "height": 30}}
        for recipe in job["recipes"]:
            if self.fault and self.fault[0] == recipe["preset"] and self.faults:
                self.faults -= 1
                raise self.fault[1]
            yield self._make(body, recipe, folder)

    def _make(self, body: bytes, recipe: dict[str, Any], folder: Path) -> dict[str, Any]:
        own = Recipe.model_validate(recipe)
        self.made.append(own.preset)
        rendition = body + own.hash.encode()
        (folder / f"{own.hash}.{own.extension}").write_bytes(rendition)
        return {
            "recipe": own.hash,
            "preset": own.preset,
            "file": f"{own.hash}.{own.extension}",
            "format": own.format,
            "width": own.width,
            "height": own.height,
            "bytes": len(rendition),
            "sha256": hashlib.sha256(rendition).hexdigest(),
        }


class Render:
    """The service in a world."""

    def __init__(self, world: World, scratch: Path) -> None:
        self.world, self.renderer = world, Renderer()
        self.presets = PRESETS
        self._cages = FakeCages(self.renderer.work, scratch)

    @property
    def deps(self) -> Deps:
        return Deps(self.world.library, {"image": self._cages}, self.presets, {})

    def saying(self, event: AssetIngested) -> Saying:
        return handle(event, self.deps)

    async def job(self, event: AssetIngested) -> None:
        await self.world.say(self.saying(event))

    async def facet(self, event: AssetIngested, name: str = "renditions") -> Facet:
        found = await self.world.facet(event.asset_id, event.version, name)
        assert found is not None
        return found

    async def renditions(self, event: AssetIngested, name: str = "renditions") -> RenditionsFacet:
        return RenditionsFacet.model_validate((await self.facet(event, name)).data)

    def told(self, event: AssetIngested) -> list[tuple[str, str, int]]:
        """Facets of that version on the topic, in order: (facet, status, revision)."""
        said = [f for f in self.world.said(ASSET_METADATA, Facet) if f.asset_id == event.asset_id]
        return [(f.facet, f.status, f.revision) for f in said if f.version == event.version and f.facet != "file"]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    return Render(World(), tmp_path)


async def test_all_that_is_planned(render: Render) -> None:
    event = await ingested(render.world)
    await render.job(event)
    found = await render.renditions(event)
    assert [r.preset for r in found.renditions] == ["thumb", "card", "zoom"]
    assert all(r.faithful for r in found.renditions)
    assert (found.width, found.height, found.cpu_ms) == (40, 30, 250.0)
    for rendition in found.renditions:
        stored = await render.world.library.get(rendition.key)
        assert stored is not None
        assert hashlib.sha256(stored.body).hexdigest() == rendition.sha256
    assert [r.channel for r in found.renditions] == ["own", "webshop", "webshop"]
    assert render.told(event) == [(FIRST, "done", 1), ("renditions", "done", 1)]


async def test_the_first_facet_comes_before_the_rest_is_made(render: Render) -> None:
    event = await ingested(render.world)
    saying = render.saying(event)
    await render.world.emit(await saying.asend(None))
    assert render.renderer.made == ["thumb"]
    (first,) = (await render.renditions(event, FIRST)).renditions
    assert first.preset == "thumb"
    assert await render.world.library.get(first.key) is not None
    await saying.aclose()


async def test_redelivery_publishes_again_and_makes_nothing(render: Render) -> None:
    event = await ingested(render.world)
    for _ in range(3):
        await render.job(event)
    assert Counter(render.renderer.made) == {"thumb": 1, "card": 1, "zoom": 1}
    assert render.told(event) == [(FIRST, "done", 1), ("renditions", "done", 1)] * 3


async def test_who_was_out_puts_nothing_older_over_the_newer(render: Render) -> None:
    event = await ingested(render.world)
    zombie = render.saying(event)
    await render.world.emit(await zombie.asend(None))  # and is suspended
    render.presets = changed(quality=50)
    await render.job(event)
    made = await render.renditions(event)
    with pytest.raises(Outdated):
        await render.world.say(zombie)
    assert await render.renditions(event) == made
    assert render.told(event)[-1] == ("renditions", "done", 1)


async def test_who_was_out_refuses_nothing_that_others_have_made(render: Render) -> None:
    event = await ingested(render.world)
    render.renderer.fault = ("zoom", Refused("Cut off.", "Send it again."))
    zombie = render.saying(event)
    await render.world.emit(await zombie.asend(None))
    refusal = await zombie.asend(None)
    render.renderer.fault = None
    await render.job(event)
    with pytest.raises(Outdated):
        await render.world.emit(refusal)
    assert (await render.facet(event)).status == "done"


async def test_what_took_long_is_looked_at_once_more_and_not_made_twice(
    render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others may have looked meanwhile, found all as it should be, and written nothing."""
    slow = itertools.count(1000.0, LEASE_S + 1)
    monkeypatch.setattr(time, "clock_gettime", lambda _: next(slow))
    event = await ingested(render.world)
    await until_current(partial(render.job, event))
    assert Counter(render.renderer.made) == {"thumb": 1, "card": 1, "zoom": 1}
    assert render.told(event) == [(FIRST, "done", 1), ("renditions", "done", 1)] * 2


async def test_a_twins_renditions_are_used_again(render: Render) -> None:
    one, other = await ingested(render.world, "one"), await ingested(render.world, "other")
    await render.job(one)
    await render.job(other)
    assert len(render.renderer.made) == 3
    assert (await render.renditions(other)).renditions == (await render.renditions(one)).renditions
    assert (await render.renditions(other)).cpu_ms == 0
    assert render.told(other) == [(FIRST, "done", 1), ("renditions", "done", 1)]


async def test_nobody_looks_for_twins_of_what_came_for_the_first_time(render: Render) -> None:
    one, other = await ingested(render.world, "one"), await ingested(render.world, "other")
    await render.job(one)
    await render.job(other.model_copy(update={"first": True}))
    assert len(render.renderer.made) == 6


@pytest.mark.parametrize("own", [False, True])
async def test_what_is_gone_from_the_library_is_made_anew(render: Render, own: bool) -> None:
    """A facet says what there was: the collector may have taken it since. What twins left and is old stays longer."""
    library = render.world.library
    library.ahead = timedelta(days=-8)
    one = await ingested(render.world, "one")
    await render.job(one)
    _thumb, card, zoom = (await render.renditions(one)).renditions
    library.ahead = timedelta()
    await library.delete(card.key)
    event = one if own else await ingested(render.world, "other")
    await render.job(event)
    assert render.renderer.made[3:] == ["card"]
    assert await library.head(card.key)
    assert len(await library.versions(zoom.key)) == (1 if own else 2), "an old object of another's was not renewed"


async def test_a_master_is_no_twin_of_its_companion(render: Render) -> None:
    """Its version refers to the companion's bytes too; its renditions are not made from them."""
    master, jpeg = (
        await ingested(render.world, "one", body=b"master"),
        await ingested(render.world, "other", body=b"jpeg"),
    )
    await render.world.library.put(f"refs/{jpeg.sha256}/{master.asset_id}/{master.version}", b"")
    await render.job(master)
    await render.job(jpeg)
    assert len(render.renderer.made) == 6


async def test_a_twin_that_was_refused_is_no_help(render: Render) -> None:
    one, other = await ingested(render.world, "one"), await ingested(render.world, "other")
    render.renderer.fault, render.renderer.faults = ("thumb", Refused("Cut off.", "Again.")), 1
    await render.job(one)
    await render.job(other)
    assert (await render.facet(one)).status == "refused"
    assert (await render.facet(other)).status == "done"


async def test_a_version_that_nobody_wants_is_passed_over(render: Render) -> None:
    old = await ingested(render.world, body=b"old")
    await ingested(render.world, version=2, body=b"new")
    await render.job(old)
    assert render.renderer.made == []
    assert render.told(old) == []


async def test_the_live_version_is_wanted_beside_the_newest(render: Render) -> None:
    live = await ingested(render.world, body=b"live")
    await ingested(render.world, version=2, body=b"new")
    head = HeadFacet(live=1, newest=2, state="working").model_dump(mode="json")
    said = Facet(
        asset_id=live.asset_id, version=0, facet="head", revision=1, status="done", written=live.arrived, data=head
    )
    await render.world.library.put(f"facets/{live.asset_id}/head.json", said.model_dump_json().encode())
    await render.job(live)
    assert (await render.facet(live)).status == "done"


async def test_a_changed_preset_makes_exactly_what_is_stale(render: Render) -> None:
    event = await ingested(render.world)
    await render.job(event)
    before = await render.renditions(event)
    render.renderer.made.clear()
    render.presets = changed(quality=50)
    await render.job(event)
    assert render.renderer.made == ["card"]
    after = await render.renditions(event)
    assert [r.preset for r in after.renditions] == ["thumb", "card", "zoom"]
    assert (after.renditions[0], after.renditions[2]) == (before.renditions[0], before.renditions[2])
    assert after.renditions[1].recipe != before.renditions[1].recipe
    assert (after.width, after.height) == (40, 30)
    assert await render.world.library.get(before.renditions[1].key) is not None
    assert (await render.facet(event)).revision == 2
    assert (await render.facet(event, FIRST)).revision == 1


async def test_a_preset_that_moved_to_another_channel_is_not_made_again(render: Render) -> None:
    event = await ingested(render.world)
    await render.job(event)
    render.presets = changed(channel="marketplace")
    await render.job(event)
    assert len(render.renderer.made) == 3
    assert [r.channel for r in (await render.renditions(event)).renditions] == ["own", "marketplace", "webshop"]


async def test_a_preset_that_went(render: Render) -> None:
    event = await ingested(render.world)
    await render.job(event)
    render.presets = Presets(all=(THUMB, ZOOM))
    await render.job(event)
    assert len(render.renderer.made) == 3
    assert [r.preset for r in (await render.renditions(event)).renditions] == ["thumb", "zoom"]


@pytest.mark.parametrize("kind", ["video", "model", "document"])
async def test_other_kinds_say_that_they_are_not_made_yet(render: Render, kind: Any) -> None:
    event = await ingested(render.world, kind=kind)
    await render.job(event)
    facet = await render.facet(event)
    assert facet.status == "refused"
    assert "not made yet" in (facet.cause or "")
    assert render.renderer.made == []


@pytest.mark.parametrize("preset", ["thumb", "zoom"])
async def test_refused_says_why(render: Render, preset: str) -> None:
    """From the start, and after the first ones were made."""
    render.renderer.fault = (preset, Refused("The picture is cut off.", "Export it again."))
    event = await ingested(render.world)
    await render.job(event)
    facet = await render.facet(event)
    assert (facet.status, facet.cause, facet.cure) == ("refused", "The picture is cut off.", "Export it again.")


async def test_a_child_that_dies_once_costs_nothing(render: Render) -> None:
    """The values come again from the start: no rendition may be named twice."""
    render.renderer.fault, render.renderer.faults = ("zoom", ChildDied("signal", "crashed with SIGSEGV")), 1
    event = await ingested(render.world)
    await render.job(event)
    assert [r.preset for r in (await render.renditions(event)).renditions] == ["thumb", "card", "zoom"]
    assert render.told(event) == [(FIRST, "done", 1), ("renditions", "done", 1)]


async def test_a_child_that_dies_twice_is_the_files_fault(render: Render) -> None:
    def counted(cause: str) -> float:
        labels = {"stage": "render", "cause": cause}
        return metrics.REGISTRY.get_sample_value("packshot_refusals_total", labels) or 0.0

    before = counted("crash"), counted("file")
    render.renderer.fault = ("card", ChildDied("signal", "crashed with SIGSEGV"))
    event = await ingested(render.world)
    await render.job(event)
    facet = await render.facet(event)
    assert (facet.status, facet.cause) == ("refused", "The decoder crashed on this file.")
    assert (counted("crash"), counted("file")) == (before[0] + 1, before[1])


async def test_our_own_error_is_told_then_buried(render: Render) -> None:
    render.renderer.fault = ("zoom", ValueError("a slip of ours"))
    event = await ingested(render.world)
    step = Step(
        decoder(AssetIngested),
        partial(handle, deps=render.deps),
        on_failure,
    )
    dead = DeadLetters(render.world.publisher, "render")
    delivery = Delivery(step, render.world.emit, dead, DeadLetterLimit(), "render", max_attempts=1)
    await render.world.emit(Outgoing(ASSET_INGESTED, event.asset_id, event))
    (record,) = render.world.broker.records(ASSET_INGESTED.name)
    await delivery(record)
    facet = await render.facet(event)
    assert facet.status == "failed"
    assert "a slip of ours" in (facet.cause or "")
    (letter,) = render.world.broker.records("asset.ingested.render.dlq")
    assert isinstance(letter, Record)
    assert letter.value == record.value
    assert len(render.renderer.made) == 2


class Full(MemoryBucket):
    """A store that takes no renditions while it is full."""

    full = True

    async def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        if_match: str | None = None,
        new: bool = False,
    ) -> str:
        """See `Bucket.put`."""
        if self.full and key.startswith("renditions/"):
            raise Unavailable("the store is full")
        return await super().put(key, body, content_type=content_type, if_match=if_match, new=new)


async def test_an_outage_while_uploading_leaves_nothing_running(tmp_path: Path) -> None:
    """One upload fails, one is under way, and then the work itself fails: no task outlives the job."""
    store = Full("library")
    render = Render(World(library=store), tmp_path)
    event = await ingested(render.world)
    with pytest.raises(Unavailable):
        await render.job(event)
    poster = ZOOM.model_copy(update={"name": "poster"})
    render.presets = Presets(all=(CARD, ZOOM, poster))
    render.renderer.fault = ("poster", ValueError("a slip of ours"))
    with pytest.raises(ValueError, match="a slip of ours"):
        await render.job(event)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert render.told(event) == []
    store.full, render.presets, render.renderer.fault = False, PRESETS, None
    await render.job(event)
    assert render.told(event) == [(FIRST, "done", 1), ("renditions", "done", 1)]


@pytest.mark.parametrize(
    "at", ["render.first-uploaded", "records.archived", "records.published", "render.uploaded", "render.said"]
)
async def test_killed_at_every_step(render: Render, at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()
    install(monkeypatch, steps)
    (tmp_path / "quiet").mkdir()
    quiet = Render(World(), tmp_path / "quiet")
    await quiet.job(await ingested(quiet.world))
    steps.kill_at("never", 1)
    event = await ingested(render.world)
    steps.kill_at(at, 1)
    with pytest.raises(Killed):
        await render.job(event)
    await render.job(event)
    assert await render.world.state() == await quiet.world.state()


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("broken.jpg", "video", "By its content this is a video (video/test), whatever its name says. "),
        ("broken.mov", "image", "By its content this is a picture (image/jpeg), whatever its name says. "),
        ("broken.jpg", "image", ""),
        ("broken.glb", "video", ""),
        ("broken", "video", ""),
    ],
)
async def test_a_refusal_says_what_it_is_where_the_name_says_otherwise(name: str, kind: Kind, said: str) -> None:
    event = (await ingested(World(), kind=kind)).model_copy(update={"key": f"a/{name}"})
    told = whatever_its_name(event, Refused("Cut off.", "Again."))
    assert (told.cause, told.cure) == (f"{said}Cut off.", "Again.")
