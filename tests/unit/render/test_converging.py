"""What `presets diff` counts is what `apply` makes: once it was worked on, nothing is counted any more."""

from pathlib import Path

import pytest

from runtime.assets import facet
from runtime.refusal import Refused
from schemas.asset import AssetIngested
from schemas.head import HeadFacet
from schemas.rendition import LATER
from services.render import later
from services.render.presets import Presets
from services.render.stale import Survey, survey
from tests.fakes.versions import ingested
from tests.fakes.world import World
from tests.unit.render.rendering import CARD, THUMB, ZOOM, Render
from tests.unit.render.test_decided import SQUARE, hash_of, put
from tests.unit.render.test_later import AVIF, WAVES, sent


@pytest.fixture
def render(tmp_path: Path) -> Render:
    made = Render(World(), tmp_path)
    made.presets = WAVES
    return made


async def counted(render: Render) -> Survey:
    return await survey(render.world.library, render.presets)


async def applied(render: Render) -> Survey:
    """What is counted after all that was counted has been worked on."""
    for event in (await counted(render)).stale:
        await render.job(event)
    return await counted(render)


async def test_what_was_decided_on_an_unlike_version_counts_for_that_one_only(render: Render) -> None:
    render.presets = Presets(all=(SQUARE, ZOOM))
    first = await ingested(render.world, body=b"first")
    event = await ingested(render.world, version=2, body=b"second")
    await put(render, first, "tags", hash_of(0))
    await put(render, event, "tags", hash_of(40))
    await put(render, first, "curation", {"fields": {"focal": {"x": 0.2, "y": 0.8}}, "framed_on": {"focal": 1}})
    await render.job(event)
    found = await counted(render)
    assert (found.versions, dict(found.missing), dict(found.unwanted)) == (1, {}, {})


async def test_a_second_wave_that_is_owed_is_under_way(render: Render) -> None:
    await render.job(await ingested(render.world))
    assert (await counted(render)).stale == []
    render.presets = Presets(all=(CARD.model_copy(update={"quality": 50}), *WAVES.all[1:]))
    assert dict((await counted(render)).missing) == {"card": 1}, "and says nothing of the first"


async def test_a_second_wave_that_comes_with_new_presets_is_missing(render: Render) -> None:
    render.presets = Presets(all=(CARD, THUMB, ZOOM))
    await render.job(await ingested(render.world))
    render.presets = WAVES
    assert dict((await counted(render)).missing) == {"avif": 1}


async def test_a_second_wave_that_was_refused_is_settled(render: Render) -> None:
    await render.job(await ingested(render.world))
    render.renderer.fault = ("avif", Refused("It is too slow.", "Send it smaller."))
    await render.world.say(later.handle(sent(render)[0], render.deps))
    assert (await counted(render)).stale == []


async def test_a_second_wave_that_no_preset_wants_is_withdrawn(render: Render) -> None:
    event = await ingested(render.world)
    await render.job(event)
    await render.world.say(later.handle(sent(render)[0], render.deps))
    render.presets = Presets(all=(CARD, THUMB, ZOOM))
    assert dict((await counted(render)).unwanted) == {"avif": 1}
    assert (await applied(render)).stale == []
    assert (await render.renditions(event, LATER)).renditions == []
    await render.job(event)
    assert (await render.facet(event, LATER)).revision == 2, "once"
    render.presets = Presets(all=(AVIF,))
    assert dict((await counted(render)).missing) == {"avif": 1}


async def head(event: AssetIngested, render: Render, **fields: object) -> None:
    data = HeadFacet.model_validate({"live": 1, "newest": 2, "state": "ready", **fields}).model_dump(mode="json")
    said = facet(event.model_copy(update={"version": 0}), "head", data)
    await render.world.records.write(said)


async def test_a_version_that_render_passes_over_is_not_counted(render: Render) -> None:
    """What a person discarded keeps what it has."""
    live, out = await ingested(render.world), await ingested(render.world, version=2, body=b"new")
    for event in (live, out):
        await head(live, render)
        await render.job(event)
    await head(live, render, out=[2])
    render.presets = Presets(all=(CARD.model_copy(update={"quality": 50}), *WAVES.all[1:]))
    found = await counted(render)
    assert [event.version for event in found.stale] == [1]
    assert (await applied(render)).stale == []
