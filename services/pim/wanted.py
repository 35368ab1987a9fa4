"""Which picture belongs at each place: from a product's media, and from what is live and rendered."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from runtime.assets import read_facet
from runtime.objects import Bucket
from schemas.facet import FIRST, LATER, HeadFacet, Rendition, RenditionsFacet
from schemas.product import MediaItem, ProductMedia
from services.pim.places import ALL, Write
from services.pim.target import Picture

FACETS = ("renditions", FIRST, LATER)


@dataclass(frozen=True)
class Wanted:
    """At one place. `waits`: its picture is not live or not rendered yet, and what stands there may stay."""

    picture: Picture | None = None
    assets: tuple[str, ...] = ()
    """What it is made from: when one of these changes, the product is looked at again."""
    waits: bool = False
    lacks: bool = False
    """All is rendered, and that preset is not among it."""


def item_at(media: ProductMedia, of: str | int) -> MediaItem | None:
    """The picture of that role, or at that place in the order."""
    if media.status == "removed":
        return None
    if isinstance(of, int):
        return media.items[of - 1] if of <= len(media.items) else None
    if of == "main":
        return next((item for item in media.items if item.asset_id == media.main), None)
    return next((item for item in media.items if item.role == of), None)


async def wanted(library: Bucket, media: ProductMedia, writes: Iterable[Write]) -> dict[str, Wanted]:
    """Place → what belongs there."""
    found = {}
    for write in writes:
        items = items_at(media, write.of)
        each = [await _of(library, item, write) for item in items]
        found[write.place] = _together(each) if write.kind == "assets" else each[0] if each else Wanted()
    return found


def items_at(media: ProductMedia, of: str | int) -> list[MediaItem]:
    """All pictures, or the one that is meant."""
    if of == ALL:
        return [] if media.status == "removed" else list(media.items)
    item = item_at(media, of)
    return [item] if item else []


def _together(each: Sequence[Wanted]) -> Wanted:
    """A collection waits for the last of its pictures."""
    if not each:
        return Wanted()
    assets = tuple(asset for one in each for asset in one.assets)
    late = next((one for one in each if one.waits or one.lacks), None)
    if late is not None:
        return replace(late, assets=assets)
    parts = tuple({one.picture.content: one.picture for one in each if one.picture}.values())  # an asset stands once
    return Wanted(replace(parts[0], content=content_of(part.content for part in parts), parts=parts), assets)


def content_of(contents: Iterable[str]) -> str:
    """Of a collection of these."""
    return hashlib.sha256(",".join(contents).encode()).hexdigest()[:16]


async def _of(library: Bucket, item: MediaItem, write: Write) -> Wanted:
    head = await read_facet(library, item.asset_id, 0, "head")
    if head is None or HeadFacet.model_validate(head.data).live != item.version:
        return Wanted(assets=(item.asset_id,), waits=True)  # nothing leaves that is not live
    owed = False
    for name in FACETS:
        facet = await read_facet(library, item.asset_id, item.version, name)
        if facet is None or facet.status != "done":
            owed = owed or name == "renditions"
            continue
        made = RenditionsFacet.model_validate(facet.data).renditions
        if rendition := next((one for one in made if one.preset == write.preset and one.page in (None, 1)), None):
            return Wanted(_picture(item, write, rendition), (item.asset_id,))
        owed = owed or (LATER in facet.owes and await read_facet(library, item.asset_id, item.version, LATER) is None)
    return Wanted(assets=(item.asset_id,), waits=owed, lacks=not owed)


def _picture(item: MediaItem, write: Write, rendition: Rendition) -> Picture:
    if write.kind != "link":
        whole = rendition.sha256 or hashlib.sha256(rendition.key.encode()).hexdigest()
        return Picture(whole[:16], item.asset_id, item.version, rendition)
    url = write.url.format(
        asset=item.asset_id,
        version=item.version,
        preset=write.preset,
        sha256=rendition.sha256,
        format=rendition.format,
    )
    return Picture(content_of_url(url), item.asset_id, item.version, rendition, url)


def content_of_url(url: str) -> str:
    """Its hash."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]
