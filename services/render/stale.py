"""What of the library is stale under some presets: which versions lack a planned rendition, or hold one that is not."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from runtime.assets import announced, read_facet
from runtime.objects import Bucket
from schemas.asset import AssetIngested
from schemas.facet import LATER, Facet, FileFacet, HeadFacet, RenditionsFacet
from services.render.facts import facts_of
from services.render.kinds import plan_for
from services.render.presets import Presets
from services.render.recipe import Planned

AT_ONCE = 16
WAVES = ("renditions", LATER)


@dataclass
class Survey:
    """`missing` and `unwanted`: renditions by preset. `stale`: what to work on again, one a version."""

    versions: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    unwanted: Counter[str] = field(default_factory=Counter)
    unwanted_bytes: int = 0
    stale: list[AssetIngested] = field(default_factory=list)


async def survey(library: Bucket, presets: Presets) -> Survey:
    """Look at every wanted version whose renditions were made. Reads facets, changes nothing."""
    there: dict[str, set[str]] = defaultdict(set)
    for info in await library.listing("facets/"):
        _, asset, rest = info.key.split("/", 2)
        there[asset].add(rest.removesuffix(".json"))
    found, assets = Survey(), sorted(there)
    for start in range(0, len(assets), AT_ONCE):
        batch = [_look(library, presets, asset, there[asset], found) for asset in assets[start : start + AT_ONCE]]
        await asyncio.gather(*batch)
    return found


async def _look(library: Bucket, presets: Presets, asset: str, names: set[str], found: Survey) -> None:
    async for version in _wanted(library, asset, names):
        facets = [await read_facet(library, asset, version, name) for name in WAVES if f"{version}/{name}" in names]
        made = [one for one in facets if one is not None and one.status == "done"]
        event = await _event(library, asset, version)
        if event is None or not made or made[0].facet != "renditions":
            continue
        curation = await read_facet(library, asset, 0, "curation") if "curation" in names else None
        facts = facts_of(curation.data.get("fields", {}) if curation else {})
        planned = plan_for(event.kind, event.media_type, presets, facts)
        _compare(event, planned, made, found)


def _compare(event: AssetIngested, planned: list[Planned], made: Iterable[Facet], found: Survey) -> None:
    found.versions += 1
    data = [RenditionsFacet.model_validate(one.data) for one in made]
    there = {rendition.recipe: rendition for one in data for rendition in one.renditions}
    skipped = {one.recipe for each in data for one in each.skipped}
    pages = next((one.facts["document"].get("made") for one in data if "document" in one.facts), None)
    wanted = {one.hash for one in planned}
    missing = [
        one.preset
        for one in planned
        if one.hash not in there.keys() | skipped and not (pages and (getattr(one, "page", None) or 0) > pages)
    ]
    unwanted = [rendition for recipe, rendition in there.items() if recipe not in wanted]
    found.missing.update(missing)
    found.unwanted.update(one.preset for one in unwanted)
    found.unwanted_bytes += sum(one.bytes for one in unwanted)
    if missing or unwanted:
        found.stale.append(event)


async def _wanted(library: Bucket, asset: str, names: set[str]) -> AsyncIterator[int]:
    """The newest version that has renditions, and the live one."""
    numbers = {int(name.split("/")[0]) for name in names if name.endswith("/renditions")}
    head = await read_facet(library, asset, 0, "head") if "head" in names else None
    live = HeadFacet.model_validate(head.data).live if head else None
    for number in sorted({max(numbers, default=0), live or 0} & numbers):
        yield number


async def _event(library: Bucket, asset: str, version: int) -> AssetIngested | None:
    file = await read_facet(library, asset, version, "file")
    return announced(asset, version, FileFacet.model_validate(file.data)) if file else None
