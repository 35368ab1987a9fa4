"""`asset.ingested` of a video: pictures of its poster at once, its rungs owed and sent on."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runtime.assets import facet
from runtime.refusal import Refused
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.rendition import Rendition, RenditionsFacet
from schemas.topics import VIDEO_JOBS
from schemas.video import VideoFacet, VideoJob
from services.render.batch import Deps
from services.render.handler import handle
from services.render.presets import load_presets
from services.render.recipe import Recipe
from services.render.video.plan import rung_names
from services.render.video.rungs import load_rungs
from tests.fakes.cages import FakeCages
from tests.fakes.versions import ingested
from tests.fakes.world import World


def poster(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """A poster whose pixels are words."""
    yield {"video": {"seconds": 4.0, "located": True}}
    yield {"image": {"width": 640, "height": 360}}
    for fields in job["recipes"]:
        recipe = Recipe.model_validate(fields)
        name, body = f"{recipe.hash}.{recipe.extension}", recipe.hash.encode()
        (folder / name).write_bytes(body)
        told = {"recipe": recipe.hash, "preset": recipe.preset, "file": name, "width": 32, "height": 18, "ms": 1.0}
        yield told | {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}


@pytest.fixture
def deps(tmp_path: Path) -> Deps:
    pictures = FakeCages(lambda _job, _folder: iter(()), tmp_path)
    return Deps(
        World().library, {"image": pictures, "video": FakeCages(poster, tmp_path)}, load_presets(), {}, load_rungs()
    )


async def rendered(deps: Deps, kind: str = "video") -> tuple[World, AssetIngested, Facet]:
    world = World(library=deps.library)  # type: ignore[arg-type]
    event = await ingested(world, body=b"film", kind=kind)  # type: ignore[arg-type]
    await world.say(handle(event, deps))
    found = await world.facet(event.asset_id, 1, "renditions")
    assert found is not None
    return world, event, found


async def test_pictures_at_once_rungs_owed(deps: Deps) -> None:
    world, event, facet = await rendered(deps)
    data = RenditionsFacet.model_validate(facet.data)
    assert facet.status == "done" and {"thumbnail", "web", "square"} <= {one.preset for one in data.renditions}
    assert (data.width, data.height) == (640, 360) and data.facts["video"]["located"]
    assert [owed for owed in facet.owes if owed.startswith("renditions.video.")] == rung_names()
    jobs = [VideoJob.model_validate(said.data) for said in world.events(VIDEO_JOBS)]
    assert [job.rung for job in jobs] == [rung.name for rung in load_rungs()]
    assert {job.asset for job in jobs} == {event}


async def test_said_again_they_are_the_same_events(deps: Deps) -> None:
    world, event, _ = await rendered(deps)
    await world.say(handle(event, deps))
    ids = [said.id for said in world.events(VIDEO_JOBS)]
    assert len(ids) == 2 * len(load_rungs()) and len(set(ids)) == len(load_rungs())


async def test_a_rung_that_nobody_wants_any_more_is_withdrawn_once(deps: Deps) -> None:
    world, event, _ = await rendered(deps)
    name, film = rung_names()[0], Rendition(
        preset="preview", channel="webshop", recipe="0" * 16, key="renditions/x", format="mp4",
        width=9, height=9, bytes=9, sha256=event.sha256,
    )  # fmt: skip
    data = VideoFacet(sha256=event.sha256, renditions=[film]).model_dump(mode="json", exclude_none=True)
    await world.records.write(facet(event, name, data))
    revisions = []
    for rungs in (deps.rungs, deps.rungs[1:], deps.rungs[1:]):
        await world.say(handle(event, replace(deps, rungs=rungs)))
        now = await world.facet(event.asset_id, 1, name)
        assert now is not None and now.status == "done"
        revisions.append((len(now.data["renditions"]), now.revision))
    assert revisions == [(1, 1), (0, 2), (0, 2)]


async def test_without_ffmpeg_it_is_refused_with_the_cure(deps: Deps, tmp_path: Path) -> None:
    why = Refused("Videos are not rendered here: ffmpeg is not installed.", "Install ffmpeg, then retry this file.")
    bare = Deps(deps.library, {"image": deps.pools["image"]}, deps.presets, {"video": why})
    world, _, facet = await rendered(bare)
    assert (facet.status, facet.cure) == ("refused", why.cure) and facet.owes == []
    assert (facet.cause or "").endswith(why.cause)
    assert world.events(VIDEO_JOBS) == []
