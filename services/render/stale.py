"""What of the library is stale under some presets and rungs: which versions lack what is planned, or hold more."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from runtime.assets import Standing, announced, is_wanted, read_facet, standing_by
from runtime.fence import clock
from runtime.objects import Bucket
from schemas.asset import AssetIngested
from schemas.facet import Facet, facet_object
from schemas.file import FileFacet
from schemas.rendition import LATER, Rendition
from schemas.video import RUNG
from services.render.compared import films_compared, pictures_compared
from services.render.decided import decided
from services.render.kinds import plan_for
from services.render.presets import Presets
from services.render.video.rungs import AnyRung

AT_ONCE = 16
PICTURES = "renditions"


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
    """Look at every version that render works for and whose pictures were made. Reads facets, changes nothing."""
    there: dict[str, set[str]] = defaultdict(set)
    at = clock()
    for info in await library.listing("facets/"):
        there[info.key.split("/")[1]].add(info.key)
    found, assets = Survey(), sorted(there)
    for start in range(0, len(assets), AT_ONCE):
        batch = assets[start : start + AT_ONCE]
        looks = (_look(library, (presets, rungs), asset, standing_by(there[asset], at), found) for asset in batch)
        await asyncio.gather(*looks)
    return found


async def _look(
    library: Bucket, wanted: tuple[Presets, Sequence[AnyRung]], asset: str, there: Standing, found: Survey
) -> None:
    """Judges as the handlers do, so that whatever is counted is also made, and counted no more."""
    presets, rungs = wanted
    for version in range(1, there.newest + 1):
        begun = facet_object(asset, version, PICTURES) in there.objects
        event = await _event(library, asset, version) if begun else None
        if event is None or not await is_wanted(library, event, there):
            continue
        facets = await _facets(library, asset, version, there)
        first = facets.get(PICTURES)
        if first is None or first.status != "done":
            continue
        facts = await decided(library, event, there)
        planned = plan_for(event.kind, event.media_type, presets, facts)
        missing, unwanted = pictures_compared(planned, first, facets.get(LATER))
        if event.kind == "video":
            films = {name.removeprefix(RUNG): one for name, one in facets.items() if name.startswith(RUNG)}
            more, less = films_compared(rungs, films, facts.focal, first.owes)
            missing, unwanted = missing + more, unwanted + less
        found.note(event, missing, unwanted)


async def _facets(library: Bucket, asset: str, version: int, there: Standing) -> Mapping[str, Facet]:
    """What one version has of pictures, second wave and rungs, by name."""
    begins = facet_object(asset, version, PICTURES).removesuffix(".json")
    names = [PICTURES + key.removeprefix(begins).removesuffix(".json") for key in there.objects if begins in key]
    wanted = sorted(name for name in names if name in (PICTURES, LATER) or name.startswith(RUNG))
    facets = {name: await read_facet(library, asset, version, name) for name in wanted}
    return {name: one for name, one in facets.items() if one is not None}


async def _event(library: Bucket, asset: str, version: int) -> AssetIngested | None:
    file = await read_facet(library, asset, version, "file")
    return announced(asset, version, FileFacet.model_validate(file.data)) if file else None
