"""Applying presets: exactly what is stale is found and made; workers come to know of it; the rest is left alone."""

from pathlib import Path

import pytest

from cli.presets import changes, in_use
from runtime.assets import facet
from runtime.memory_store import MemoryBucket
from schemas.rendition import Rendition, RenditionsFacet
from schemas.video import RUNG, VideoFacet
from services.render import later
from services.render.presets import Preset, Presets, load_presets
from services.render.shelf import FRESH_S, KEY, Shelf
from services.render.stale import survey
from services.render.video.recipe import resolve
from services.render.video.rungs import AnyRung, load_rungs
from tests.fakes.versions import ingested
from tests.fakes.world import World
from tests.unit.render.rendering import CARD, THUMB, ZOOM, Render
from tests.unit.render.test_later import WAVES, sent

MINE = "channels: {x: [{name: mine, width: 10, height: 10, mode: fit, format: jpeg, quality: 80}]}"


@pytest.fixture
def render(tmp_path: Path) -> Render:
    made = Render(World(), tmp_path)
    made.presets = WAVES
    return made


async def filled(render: Render) -> None:
    """Two pictures, both waves."""
    for name in ("one", "other"):
        await render.job(await ingested(render.world, name, body=name.encode()))
    for work in sent(render):
        await render.world.say(later.handle(work, render.deps))


async def test_nothing_is_stale_once_all_is_made(render: Render) -> None:
    await filled(render)
    found = await survey(render.world.library, WAVES)
    assert (found.versions, found.stale, found.missing.total(), found.unwanted.total()) == (2, [], 0, 0)


async def test_a_changed_preset_is_counted_and_made_and_nothing_else(render: Render) -> None:
    await filled(render)
    render.renderer.made.clear()
    render.presets = Presets(all=(CARD.model_copy(update={"quality": 50}), *WAVES.all[1:-1]))  # and zoom is gone
    found = await survey(render.world.library, render.presets)
    assert dict(found.missing) == {"card": 2}
    assert dict(found.unwanted) == {"card": 2, "zoom": 2}
    for event in found.stale:
        await render.job(event)
    assert render.renderer.made == ["card", "card"]
    found = await survey(render.world.library, render.presets)
    assert (found.stale, found.unwanted.total()) == ([], 0)


async def film(world: World, made: list[AnyRung], owes: list[AnyRung]) -> None:
    """One film, whose first wave owed these rungs, and of which these were made."""
    event = await ingested(world, "film", kind="video")
    first = RenditionsFacet(sha256=event.sha256).model_dump(mode="json", exclude_none=True)
    await world.records.write(facet(event, "renditions", first, owes=[RUNG + rung.name for rung in owes]))
    for rung in made:
        one = Rendition(
            preset=rung.name, channel=rung.channel, recipe=resolve(rung).hash, key=f"renditions/{rung.name}",
            format="mp4", width=9, height=9, bytes=1000, sha256=event.sha256,
        )  # fmt: skip
        data = VideoFacet(sha256=event.sha256, renditions=[one]).model_dump(mode="json", exclude_none=True)
        await world.records.write(facet(event, RUNG + rung.name, data))


async def test_a_changed_rung_and_a_new_one_are_counted() -> None:
    world, (preview, web, board, *_) = World(), load_rungs()
    await film(world, made=[preview, web], owes=[preview, web])
    nothing = Presets(all=())
    assert (await survey(world.library, nothing, [preview, web])).stale == []
    found = await survey(world.library, nothing, [preview, web.model_copy(update={"crf": 30}), board])
    assert (dict(found.missing), dict(found.unwanted)) == ({"web-mp4": 1, "storyboard": 1}, {"web-mp4": 1})
    assert (len(found.stale), found.unwanted_bytes) == (1, 1000)


async def test_a_rung_that_has_gone_is_wanted_no_more() -> None:
    world, (preview, web, *_) = World(), load_rungs()
    await film(world, made=[preview, web], owes=[preview, web])
    found = await survey(world.library, Presets(all=()), [web])
    assert (dict(found.missing), dict(found.unwanted), len(found.stale)) == ({}, {"preview": 1}, 1)


async def test_a_rung_that_is_owed_is_under_way() -> None:
    world, (preview, web, *_) = World(), load_rungs()
    await film(world, made=[preview], owes=[preview, web])
    assert (await survey(world.library, Presets(all=()), [preview, web])).stale == []


async def test_what_was_never_made_is_no_staleness(render: Render) -> None:
    """Its own work is under way, or it was refused."""
    await ingested(render.world)
    found = await survey(render.world.library, WAVES)
    assert (found.versions, found.stale) == (0, [])


def test_what_changes_is_named() -> None:
    web = Preset(name="web", channel="x", width=9, height=9, mode="fit", format="webp", quality=7)
    moved = THUMB.model_copy(update={"channel": "elsewhere"})
    after = Presets(all=(CARD.model_copy(update={"quality": 50}), moved, web))
    assert changes(Presets(all=(CARD, THUMB, ZOOM)), after) == {"new": ["web"], "changed": ["card"], "gone": ["zoom"]}


async def test_workers_read_the_librarys_presets_again_after_a_while() -> None:
    library, now = MemoryBucket("library"), 100.0
    shelf = Shelf(library, None, lambda: now)
    assert await shelf.presets() == load_presets()
    await library.put(KEY, MINE.encode())
    assert await shelf.presets() == load_presets()
    now += FRESH_S
    assert [one.name for one in (await shelf.presets()).all] == ["mine"]
    assert [one.name for one in (await in_use(library)).all] == ["mine"]
    await library.put(KEY, b"channels: [")
    now += FRESH_S
    assert [one.name for one in (await shelf.presets()).all] == ["mine"]
    await library.delete(KEY)
    now += FRESH_S
    assert await shelf.presets() == load_presets()


async def test_a_file_of_the_operators_wins(tmp_path: Path) -> None:
    file, library = tmp_path / "mine.yaml", MemoryBucket("library")
    file.write_text(MINE.replace("mine", "theirs"))
    await library.put(KEY, MINE.encode())
    assert [one.name for one in (await Shelf(library, file).presets()).all] == ["theirs"]
