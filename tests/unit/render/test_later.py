"""The second wave: owed, sent on, made apart from the first; what people set is part of the recipe."""

import json
from pathlib import Path

import pytest

from runtime.assets import facet
from runtime.deliver import Saying
from runtime.memory_store import MemoryBucket
from runtime.patient import patient
from runtime.refusal import Refused
from schemas.asset import AssetIngested, LaterWork
from schemas.facet import Facet, facet_object
from schemas.rendition import FIRST, LATER
from schemas.topics import ASSET_LATER
from services.render import later
from services.render.presets import Preset, Presets
from tests.fakes.versions import ingested
from tests.fakes.world import World
from tests.unit.render.rendering import CARD, THUMB, ZOOM, Render

AVIF = Preset(name="avif", channel="webshop", wave="later", width=60, height=60, mode="fit", format="avif", quality=60)
WAVES = Presets(all=(CARD, THUMB, AVIF, ZOOM))
WAVES_BY_NAME = {preset.name: preset for preset in WAVES.all}


@pytest.fixture
def render(tmp_path: Path) -> Render:
    made = Render(World(), tmp_path)
    made.presets = WAVES
    return made


def sent(render: Render) -> list[LaterWork]:
    records = render.world.broker.records(ASSET_LATER.name)
    return [LaterWork.model_validate(json.loads(record.value or b"{}")["data"]) for record in records]


async def decide(render: Render, event: AssetIngested, **fields: object) -> None:
    body = Facet(
        asset_id=event.asset_id,
        version=0,
        facet="curation",
        revision=1,
        status="done",
        written=event.arrived,
        data={"fields": fields},
    )
    library = render.world.library
    await library.put(facet_object(event.asset_id, 0, "curation"), body.model_dump_json().encode())


async def test_it_is_owed_and_sent_on_and_not_made(render: Render) -> None:
    event = await ingested(render.world)
    await render.job(event)
    assert render.renderer.made == ["thumb", "card", "zoom"]
    assert (await render.facet(event)).owes == [LATER]
    (work,) = sent(render)
    assert work.owes == [LATER] and work.sha256 == event.sha256


@pytest.mark.parametrize("plain", [True, False])
async def test_of_what_is_not_plain_pictures_are_sent_on(render: Render, plain: bool) -> None:
    event = await ingested(render.world)
    event = event if plain else event.model_copy(update={"media_type": "image/heic"})
    await render.job(event)
    (work,) = sent(render)
    assert work.owes == ([LATER] if plain else [LATER, "tags"])
    made = {one.preset: one for one in (await render.renditions(event)).renditions}
    whole = [made[name].key for name in ("thumb", "card", "zoom") if WAVES_BY_NAME[name].mode == "fit"]
    assert [one.key for one in work.pictures] == ([] if plain else whole)
    assert work.width == (0 if plain else (await render.renditions(event)).width)


async def test_who_waits_for_pictures_is_told_that_there_are_none(render: Render) -> None:
    render.renderer.fault = ("thumb", Refused("No decoder.", "Send a JPEG."))
    event = await ingested(render.world)
    await render.job(event)
    assert sent(render) == []
    await render.job(event.model_copy(update={"media_type": "image/heic"}))
    assert [(one.owes, one.pictures) for one in sent(render)] == [(["tags"], [])]


async def test_it_is_made_as_a_facet_of_its_own(render: Render) -> None:
    event = await ingested(render.world)
    await render.job(event)
    render.renderer.made.clear()
    (work,) = sent(render)
    for _ in range(2):
        await render.world.say(later.handle(work, render.deps))
    assert render.renderer.made == ["avif"]
    assert [r.preset for r in (await render.renditions(event, LATER)).renditions] == ["avif"]
    assert render.told(event) == [(FIRST, "done", 1), ("renditions", "done", 1), (LATER, "done", 1), (LATER, "done", 1)]


async def test_said_again_it_is_sent_again_as_the_same_event(render: Render) -> None:
    event = await ingested(render.world)
    await render.job(event)
    await render.job(event)
    ids = [json.loads(r.value or b"{}")["id"] for r in render.world.broker.records(ASSET_LATER.name)]
    assert len(ids) == 2 and len(set(ids)) == 1


async def test_a_version_that_nobody_wants_any_more_is_let_go(render: Render) -> None:
    event = await ingested(render.world, body=b"old")
    await render.job(event)
    await ingested(render.world, version=2, body=b"new")
    render.renderer.made.clear()
    await render.world.say(later.handle(sent(render)[0], render.deps))
    assert render.renderer.made == []


async def test_a_refused_second_wave_leaves_the_first(render: Render) -> None:
    event = await ingested(render.world)
    await render.job(event)
    render.renderer.fault = ("avif", Refused("It is too slow.", "Send it smaller."))
    await render.world.say(later.handle(sent(render)[0], render.deps))
    assert (await render.facet(event, LATER)).status == "refused"
    assert (await render.facet(event)).status == "done"


async def test_a_focal_point_and_a_crop_make_only_what_they_change(render: Render) -> None:
    event = await ingested(render.world)
    await render.job(event)
    render.renderer.made.clear()
    await decide(render, event, **{"crop:card": {"width": 0.5}, "focal": {"x": 0.2, "y": 0.3}, "crop:zoom": "odd"})
    await render.job(event)
    assert render.renderer.made == ["card"]


async def test_a_persons_own_file_takes_the_place_of_ours(render: Render) -> None:
    event, own = await ingested(render.world), await ingested(render.world, "own", body=b"by hand")
    await decide(render, event, **{"file:card": own.sha256, "file:zoom": "ab" * 32})
    await render.job(event)
    made = await render.renditions(event)
    assert [r.preset for r in made.renditions] == ["thumb", "card"]
    (card,) = [r for r in made.renditions if r.preset == "card"]
    stored = await render.world.library.get(card.key)
    assert card.key.startswith(f"renditions/{own.sha256}/") and stored is not None
    assert stored.body.startswith(b"by hand")
    assert [(one.preset, "not in the library" in one.reason) for one in made.skipped] == [("zoom", True)]


async def test_a_master_that_is_refused_is_made_from_the_jpeg_beside_it(render: Render, tmp_path: Path) -> None:
    library = render.world.library
    assert isinstance(library, MemoryBucket)
    jpeg = await ingested(render.world, "jpeg", body=b"camera")
    event = (await ingested(render.world, body=b"raw")).model_copy(update={"proxy": jpeg.sha256})
    render.renderer.fault, render.renderer.faults = ("thumb", Refused("No decoder.", "Send a JPEG.")), 1
    await render.job(event)
    made = await render.renditions(event)
    assert len(made.renditions) == 3
    assert {r.key.split("/")[1] for r in made.renditions} == {jpeg.sha256}


@pytest.mark.parametrize(("busy_for", "looks"), [(0, 1), (3, 4), (10**6, 240)])
async def test_it_waits_while_first_waves_run_but_not_for_ever(render: Render, busy_for: int, looks: int) -> None:
    asked: list[bool] = []

    def busy() -> bool:
        asked.append(True)
        return len(asked) <= busy_for

    async def handler(event: LaterWork) -> Saying:
        yield facet(event, LATER, {})

    event = LaterWork(**(await ingested(render.world)).model_dump(), owes=[LATER])
    await render.world.say(patient(handler, busy, rest_s=0)(event))
    assert len(asked) == looks
    assert render.told(event) == [(LATER, "done", 1)]
