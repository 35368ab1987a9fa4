"""What earlier releases wrote is worked on by today's render and linker: what is there is kept, and comes out again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from runtime.jobs import Cages
from schemas.asset import AssetIngested
from schemas.decision import Fact
from schemas.facet import Facet
from schemas.links import LinksFacet
from schemas.product import Product, ProductMedia
from schemas.rendition import Rendition
from schemas.topics import (
    ASSET_INGESTED,
    ASSET_METADATA,
    FACTS,
    LINK_REQUESTS,
    MEDIA_REQUESTS,
    PIM_PRODUCTS,
    PRODUCT_MEDIA,
    VIDEO_JOBS,
)
from schemas.video import VideoJob
from schemas.work import LinkRequest, MediaRequest
from services.linker.handler import Deps, link
from services.linker.product_media import media
from services.render.presets import load_presets
from services.render.video.handler import VideoDeps, handle
from services.render.video.rungs import load_rungs
from tests.fakes.world import World
from tests.integration.linker_view import View, emptied
from tests.recorded.sets import RELEASES, library_of, records
from tests.unit.render.rendering import Render


async def stocked(release: str) -> World:
    """Its archive, with some bytes wherever a facet names an object."""
    world = World(library=await library_of(release))
    for one in records(release, ASSET_METADATA.name):
        for made in one["data"].get("renditions", []):
            await world.library.put(made["key"], b"as it was")
    for one in records(release, ASSET_INGESTED.name):
        await world.library.put(f"originals/{one['sha256']}", b"as it came")
    return world


@pytest.mark.parametrize("release", RELEASES)
async def test_render_keeps_what_is_made_by_the_same_recipe(release: str, tmp_path: Path) -> None:
    render = Render(await stocked(release), tmp_path)
    render.presets = load_presets()
    events = [AssetIngested.model_validate(data) for data in records(release, ASSET_INGESTED.name)]
    for event in (one for one in events if one.kind == "image"):
        before = {one.recipe: one for one in (await render.renditions(event)).renditions}
        render.renderer.made.clear()
        await render.job(event)
        now = {one.recipe: one for one in (await render.renditions(event)).renditions}
        kept = now.keys() & before.keys()
        assert kept and [_bare(now[recipe]) for recipe in kept] == [_bare(before[recipe]) for recipe in kept]
        assert sorted(render.renderer.made) == sorted(one.preset for key, one in now.items() if key not in kept)


@pytest.mark.parametrize("release", RELEASES)
async def test_films_that_were_made_are_not_made_again(release: str) -> None:
    world = await stocked(release)

    async def told(_: object) -> None:
        raise AssertionError("it was made by the release before")

    deps = VideoDeps(world.library, cast(Cages, None), load_rungs(), told)
    for data in records(release, VIDEO_JOBS.name):
        job = VideoJob.model_validate(data)
        before = await world.facet(job.asset.asset_id, job.asset.version, job.facet)
        await world.say(handle(job, deps))
        assert before and before.status == "done"
        assert await world.facet(job.asset.asset_id, job.asset.version, job.facet) == before


def _bare(one: Rendition) -> dict[str, Any]:
    """Without what the plan says of it now."""
    return one.model_dump(exclude={"channel", "colours"})


@pytest.fixture
async def view(postgres: str) -> AsyncIterator[View]:
    database = await emptied(postgres)
    yield View(database)
    await database.close()


def last(release: str, topic: str, key: str) -> dict[str, Any]:
    """The last record of that key, of those that the archive keeps."""
    return [one for one in records(release, topic) if one.get("sku") == key][-1]


@pytest.mark.broker
@pytest.mark.parametrize("release", RELEASES)
async def test_the_linker_links_as_it_was_linked(release: str, view: View) -> None:
    """Its view is filled from what was recorded; then each request that was recorded is done."""
    view.world = world = await stocked(release)
    view.deps = Deps(view.database, view.deps.warmth, world.library)
    facets = [Facet.model_validate(one) for one in records(release, ASSET_METADATA.name)]
    await view.hear(*(Product.model_validate(one) for one in records(release, PIM_PRODUCTS.name)))
    await view.hear(*facets, *(Fact.model_validate(one) for one in records(release, FACTS.name)))
    for data in records(release, LINK_REQUESTS.name):
        await world.say(link(LinkRequest.model_validate(data), view.deps))
    before = {one.key: skus(one) for one in facets if one.facet == "links"}
    said = {one.key: skus(one) for one in world.said(ASSET_METADATA, Facet)}
    assert any(said.values()) and said == {key: before[key] for key in said}
    for data in records(release, MEDIA_REQUESTS.name):
        await world.say(media(MediaRequest.model_validate(data), view.deps))
    for one in world.said(PRODUCT_MEDIA, ProductMedia):
        assert one.items == ProductMedia.model_validate(last(release, PRODUCT_MEDIA.name, one.sku)).items


def skus(facet: Facet) -> list[tuple[str, str]]:
    """What it links to, and in which role."""
    return [(link.sku, link.role) for link in LinksFacet.model_validate(facet.data).links]
