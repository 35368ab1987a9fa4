"""Which picture belongs at each place: from a product's media, and from what is live and rendered."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from runtime.assets import read_facet
from runtime.objects import Bucket
from schemas.head import HeadFacet
from schemas.limits import KINDS, Audience, choose
from schemas.product import MediaItem, ProductMedia
from schemas.rendition import FIRST, LATER, Rendition, RenditionsFacet
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


def items_at(media: ProductMedia, write: Write) -> list[MediaItem]:
    """All pictures that belong there, or the one that is meant."""
    there = [] if media.status == "removed" else _shown(media, write)
    if write.of == ALL:
        return there
    if isinstance(write.of, int):
        return there[write.of - 1 : write.of]
    if write.of == "main":
        return _main(media, there)
    return [item for item in there if item.role == write.of][:1]


def _shown(media: ProductMedia, write: Write) -> list[MediaItem]:
    """What may be shown there: a place that says no market, locale or channel is seen in all of them."""
    said = {"markets": write.market, "locales": write.locale, "channels": write.channel}
    open_to = [
        item
        for item in media.items
        if not item.limits or all(said[kind] or not getattr(item.limits, kind) for kind in KINDS)
    ]
    if not any(item.limits for item in open_to):
        return open_to
    return choose(open_to, Audience(write.market or "", write.locale or "", write.channel or "")).items


def _main(media: ProductMedia, there: list[MediaItem]) -> list[MediaItem]:
    """The product's own where it is among them; else what leads there."""
    own = [item for item in there if item.asset_id == media.main]
    if own and not any(item.limits for item in there):
        return own
    return next(([item] for role in ("main", "front") for item in there if item.role == role), own)


async def wanted(library: Bucket, media: ProductMedia, writes: Iterable[Write]) -> dict[str, Wanted]:
    """Place → what belongs there."""
    found = {}
    for write in writes:
        items = items_at(media, write)
        each = [await _of(library, item, write) for item in items]
        found[write.place] = _together(each) if write.kind == "assets" else each[0] if each else Wanted()
    return found


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
    facet = await read_facet(library, item.asset_id, 0, "head")
    head = HeadFacet.model_validate(facet.data) if facet else None
    if head and head.closed(datetime.now(UTC)):
        return Wanted(assets=(item.asset_id,))  # and what stands there goes: its media say so when its time comes
    if head is None or head.live != item.version:
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
