"""Every end is told: refused with a cause and a cure, killed at any step, buried after an error of ours."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from runtime import metrics
from runtime.broker import Record
from runtime.deadletter import DeadLetterLimit, DeadLetters
from runtime.deliver import Delivery, Step, decoder
from runtime.memory_store import MemoryBucket
from runtime.outage import Unavailable
from runtime.publisher import Outgoing
from runtime.refusal import Refused
from runtime.verdict import ChildDied
from schemas.asset import AssetIngested, Kind
from schemas.rendition import FIRST
from schemas.topics import ASSET_INGESTED
from services.render.handler import handle, on_failure, whatever_its_name
from services.render.presets import Presets
from tests.fakes.steps import Killed, Steps, install
from tests.fakes.versions import ingested
from tests.fakes.world import World
from tests.unit.render.rendering import CARD, PRESETS, ZOOM, Render


@pytest.fixture
def render(tmp_path: Path) -> Render:
    return Render(World(), tmp_path)


async def test_a_kind_that_is_not_made_here_says_why(render: Render) -> None:
    render.missing = {"model": Refused("3D models are not made here.", "Install what they need.")}
    event = await ingested(render.world, kind="model")
    await render.job(event)
    facet = await render.facet(event)
    assert facet.status == "refused"
    assert "not made here" in (facet.cause or "") and facet.cure == "Install what they need."
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
