"""What of the library was tagged by other models, in either wave or by a film's shots: to be tagged again."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from runtime.assets import announced, read_facet
from runtime.objects import Bucket
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.file import FileFacet
from schemas.head import HeadFacet
from schemas.tags import TAGS, TAGS_LATER, TAGS_SHOTS

AT_ONCE = 16


@dataclass
class Survey:
    """versions: how many were tagged. stale: what to work on again, one a version."""

    versions: int = 0
    stale: list[AssetIngested] = field(default_factory=list)


IsStale = Callable[[Mapping[str, str]], bool]
"""Of the versions of the models that a picture was tagged by: whether it is to be tagged again."""


async def survey(library: Bucket, is_stale: IsStale, is_late: IsStale | None = None) -> Survey:
    """Look at every wanted version that was tagged. Changes nothing.

    is_stale: of the first wave, and of a film's shots, which its models tag too; is_late: of the steps of the second
    wave, which are not looked at without it.
    """
    checks = {TAGS: is_stale, TAGS_SHOTS: is_stale} | ({TAGS_LATER: is_late} if is_late else {})
    there: dict[str, set[str]] = defaultdict(set)
    for info in await library.listing("facets/"):
        _, asset, rest = info.key.split("/", 2)
        there[asset].add(rest.removesuffix(".json"))
    found, assets = Survey(), sorted(there)
    for start in range(0, len(assets), AT_ONCE):
        batch = assets[start : start + AT_ONCE]
        await asyncio.gather(*(_look(library, checks, asset, there[asset], found) for asset in batch))
    return found


async def _look(library: Bucket, checks: Mapping[str, IsStale], asset: str, names: set[str], found: Survey) -> None:
    numbers = {int(name.split("/")[0]) for name in names if name.endswith("/tags")}
    head = await read_facet(library, asset, 0, "head") if "head" in names else None
    live = HeadFacet.model_validate(head.data).live if head else None
    for version in sorted({max(numbers, default=0), live or 0} & numbers):
        tags = await read_facet(library, asset, version, TAGS)
        file = await read_facet(library, asset, version, "file")
        event = announced(asset, version, FileFacet.model_validate(file.data)) if file else None
        if tags is None or tags.status != "done" or event is None:
            continue
        found.versions += 1
        for name, is_old in checks.items():
            made = tags if name == TAGS else await _made(library, asset, version, name, names)
            if made and made.status == "done" and is_old(made.data.get("models", {})):
                found.stale.append(event)
                break


async def _made(library: Bucket, asset: str, version: int, name: str, names: set[str]) -> Facet | None:
    return await read_facet(library, asset, version, name) if f"{version}/{name}" in names else None
