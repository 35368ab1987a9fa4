"""What of the library is stale under some presets and rungs: which versions lack what is planned, or hold more."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from runtime.assets import announced, read_facet
from runtime.objects import Bucket
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.file import FileFacet
from schemas.head import HeadFacet
from schemas.rendition import LATER, Rendition, RenditionsFacet
from schemas.video import RUNG, VideoFacet
from services.render.facts import Focal, facts_of
from services.render.kinds import plan_for
from services.render.presets import Presets
from services.render.recipe import Planned
from services.render.video.recipe import resolve
from services.render.video.rungs import AnyRung

AT_ONCE = 16
WAVES = ("renditions", LATER)


@dataclass
class Survey:
    """`missing` and `unwanted`: renditions by preset or rung. `stale`: what to work on again, one a version."""

    versions: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    unwanted: Counter[str] = field(default_factory=Counter)
    unwanted_bytes: int = 0
    stale: list[AssetIngested] = field(default_factory=list)

    def note(self, event: AssetIngested, missing: Sequence[str], unwanted: Sequence[Rendition]) -> None:
        """What one version lacks, and has too much."""
        self.versions += 1
        self.missing.update(missing)
        self.unwanted.update(one.preset for one in unwanted)
        self.unwanted_bytes += sum(one.bytes for one in unwanted)
        if missing or unwanted:
            self.stale.append(event)


async def survey(library: Bucket, presets: Presets, rungs: Sequence[AnyRung] = ()) -> Survey:
    """Look at every wanted version whose renditions were made. Reads facets, changes nothing."""
    there: dict[str, set[str]] = defaultdict(set)
    for info in await library.listing("facets/"):
        _, asset, rest = info.key.split("/", 2)
        there[asset].add(rest.removesuffix(".json"))
    found, assets = Survey(), sorted(there)
    for start in range(0, len(assets), AT_ONCE):
        batch = assets[start : start + AT_ONCE]
        await asyncio.gather(*(_look(library, (presets, rungs), asset, there[asset], found) for asset in batch))
    return found


async def _look(
    library: Bucket, wanted: tuple[Presets, Sequence[AnyRung]], asset: str, names: set[str], found: Survey
) -> None:
    presets, rungs = wanted
    async for version in _wanted(library, asset, names):
        facets = [await read_facet(library, asset, version, name) for name in WAVES if f"{version}/{name}" in names]
        made = [one for one in facets if one is not None and one.status == "done"]
        event = await _event(library, asset, version)
        if event is None or not made or made[0].facet != "renditions":
            continue
        curation = await read_facet(library, asset, 0, "curation") if "curation" in names else None
        facts = facts_of(curation.data.get("fields", {}) if curation else {})
        planned = plan_for(event.kind, event.media_type, presets, facts)
        missing, unwanted = _compare(planned, made)
        if event.kind == "video":
            films = {name: await read_facet(library, asset, version, RUNG + name) for name in _films(version, names)}
            more, less = _compare_films(rungs, films, facts.focal, made[0].owes)
            missing, unwanted = missing + more, unwanted + less
        found.note(event, missing, unwanted)


def _films(version: int, names: set[str]) -> list[str]:
    """Rungs that this version has a facet of."""
    begins = f"{version}/{RUNG}"
    return sorted(name.removeprefix(begins) for name in names if name.startswith(begins))


def _compare_films(
    rungs: Sequence[AnyRung], films: Mapping[str, Facet | None], focal: Focal | None, owed: Sequence[str]
) -> tuple[list[str], list[Rendition]]:
    """Rungs that lack theirs, and renditions that no rung wants. What is owed is under way, a refused one settled."""
    wanted = {rung.name: resolve(rung, focal).hash for rung in rungs}
    done = {name: film for name, film in films.items() if film is not None and film.status == "done"}
    made = {name: VideoFacet.model_validate(film.data).renditions for name, film in done.items()}
    stale = [name for name in made if name in wanted and wanted[name] not in [one.recipe for one in made[name]]]
    new = [name for name in wanted if name not in films and RUNG + name not in owed]
    unwanted = [one for name, all_of in made.items() for one in all_of if one.recipe != wanted.get(name)]
    return stale + new, unwanted


def _compare(planned: list[Planned], made: Iterable[Facet]) -> tuple[list[str], list[Rendition]]:
    """Presets that lack their rendition, and renditions that no preset wants."""
    data = [RenditionsFacet.model_validate(one.data) for one in made]
    there = {rendition.recipe: rendition for one in data for rendition in one.renditions}
    skipped = {one.recipe for each in data for one in each.skipped}
    pages = next((one.facts["document"].get("made") for one in data if "document" in one.facts), None)
    wanted = {one.hash for one in planned}
    beyond = {one.hash for one in planned if pages is not None and (getattr(one, "page", None) or 0) > pages}
    missing = [one.preset for one in planned if one.hash not in there.keys() | skipped | beyond]
    return missing, [rendition for recipe, rendition in there.items() if recipe not in wanted]


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
