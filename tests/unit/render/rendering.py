"""The first wave in a world of fakes: a renderer whose pixels are words."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runtime.deliver import Saying
from runtime.refusal import Refused
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.rendition import RenditionsFacet
from schemas.topics import ASSET_METADATA
from services.render.batch import Deps
from services.render.handler import handle
from services.render.presets import Preset, Presets
from services.render.recipe import Recipe
from tests.fakes.cages import FakeCages
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
        self.missing: dict[str, Refused] = {}
        self._cages = FakeCages(self.renderer.work, scratch)

    @property
    def deps(self) -> Deps:
        return Deps(self.world.library, {"image": self._cages}, self.presets, self.missing)

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
