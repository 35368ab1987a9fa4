"""`asset.ingested` → renditions: the first ones first, only what is stale, for versions that are wanted."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from schemas.facet import Facet
from schemas.head import HeadFacet
from schemas.rendition import FIRST
from services.render.presets import Presets
from tests.fakes.versions import ingested
from tests.fakes.world import World
from tests.unit.render.rendering import THUMB, ZOOM, Render, changed


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
