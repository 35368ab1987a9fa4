"""A focal point counts for the versions that look like the one it was set on."""

from pathlib import Path

import pytest

from runtime.assets import facet
from runtime.likeness import FAR
from schemas.asset import AssetIngested
from schemas.facet import Facet, facet_object
from services.render.presets import Preset, Presets
from tests.fakes.versions import ingested
from tests.fakes.world import World
from tests.unit.render.rendering import ZOOM, Render

SQUARE = Preset(name="square", channel="social", width=40, height=40, mode="fill", format="jpeg", quality=80)
HASH = 0xF0F0_0F0F_AAAA_5555


@pytest.fixture
def render(tmp_path: Path) -> Render:
    made = Render(World(), tmp_path)
    made.presets = Presets(all=(SQUARE, ZOOM))
    return made


async def put(render: Render, event: AssetIngested, name: str, data: dict[str, object]) -> None:
    said = facet(event, name, data).make(1)
    assert isinstance(said, Facet)
    version = 0 if name == "curation" else event.version
    await render.world.library.put(facet_object(event.asset_id, version, name), said.model_dump_json().encode())


def hash_of(bits: int) -> dict[str, object]:
    """Tags of a picture whose hash differs from HASH in so many bits."""
    return {"hash": f"{HASH ^ ((1 << bits) - 1):016x}"}


async def second(render: Render, bits: int | None) -> list[str]:
    """What a second version's renditions were made by, the focal point having been set on the first."""
    first = await ingested(render.world, body=b"first")
    await put(render, first, "tags", hash_of(0))
    await put(render, first, "curation", {"fields": {"focal": {"x": 0.2, "y": 0.8}}, "framed_on": {"focal": 1}})
    event = await ingested(render.world, version=2, body=b"second")
    if bits is not None:
        await put(render, event, "tags", hash_of(bits))
    await render.job(event)
    return (await render.renditions(event)).framed


async def test_a_version_that_looks_like_it_keeps_it(render: Render) -> None:
    assert await second(render, FAR) == ["focal"]


async def test_a_version_that_looks_different_does_not(render: Render) -> None:
    assert await second(render, FAR + 1) == []


async def test_a_version_that_nobody_has_looked_at_keeps_it_so_far(render: Render) -> None:
    assert await second(render, None) == ["focal"]


async def test_once_it_is_known_to_look_different_it_is_made_anew(render: Render) -> None:
    first = await ingested(render.world, body=b"first")
    await put(render, first, "tags", hash_of(0))
    await put(render, first, "curation", {"fields": {"focal": {"x": 0.2, "y": 0.8}}, "framed_on": {"focal": 1}})
    event = await ingested(render.world, version=2, body=b"second")
    await render.job(event)
    before = {one.preset: one.recipe for one in (await render.renditions(event)).renditions}
    await put(render, event, "tags", hash_of(40))
    render.renderer.made.clear()
    await render.job(event)
    after = {one.preset: one.recipe for one in (await render.renditions(event)).renditions}
    assert render.renderer.made == ["square"]
    assert after["square"] != before["square"] and after["zoom"] == before["zoom"]
