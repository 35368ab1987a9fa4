"""A document through the handler: its pages and its text are in the library, and the facet says where."""

from pathlib import Path

from schemas.rendition import RenditionsFacet
from services.render.batch import Deps
from services.render.handler import handle
from services.render.presets import Preset, Presets
from services.render.work import work
from tests.fakes.cages import FakeCages
from tests.fakes.files import pdf
from tests.fakes.versions import ingested
from tests.fakes.world import World

THUMB = Preset(name="thumb", channel="own", wave="first", width=32, height=32, mode="fit", format="webp", quality=75)
PAGE = Preset(name="page", channel="document", width=90, height=90, mode="fit", format="webp", quality=75, pages=4)
DATA = pdf([b"BT /F1 24 Tf 20 200 Td (One) Tj ET", b"0 0 9 9 re f", b"BT /F1 24 Tf 20 200 Td (Three) Tj ET"])


async def test_pages_and_text_are_kept(tmp_path: Path) -> None:
    world, cages = World(), FakeCages(work, tmp_path)
    deps = Deps(world.library, {"document": cages}, Presets(all=(PAGE, THUMB)), {})
    event = await ingested(world, body=DATA, kind="document")
    await world.say(handle(event, deps))
    facet = await world.facet(event.asset_id, event.version, "renditions")
    assert facet is not None and facet.status == "done"
    found = RenditionsFacet.model_validate(facet.data)
    assert [(one.preset, one.page) for one in found.renditions] == [
        ("thumb", None), ("page-1", 1), ("page-2", 2), ("page-3", 3),
    ]  # fmt: skip
    assert found.facts["document"]["pages"] == 3
    assert found.text == f"text/{event.sha256}.txt"
    stored = await world.library.get(found.text)
    assert stored is not None and stored.body.decode() == "One\f\fThree"

    await world.say(handle(event, deps))
    assert len(cages.jobs) == 1  # the fourth page, which is not there, is owed to nobody


async def test_a_damaged_one_is_refused(tmp_path: Path) -> None:
    world = World()
    deps = Deps(world.library, {"document": FakeCages(work, tmp_path)}, Presets(all=(PAGE, THUMB)), {})
    event = await ingested(world, body=b"%PDF-1.7\nnothing", kind="document")
    await world.say(handle(event, deps))
    facet = await world.facet(event.asset_id, event.version, "renditions")
    assert facet is not None and facet.status == "refused" and facet.cure
