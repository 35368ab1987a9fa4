"""Requests → `product.media`: a SKU's links give it its media."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from runtime.deliver import Saying
from runtime.fence import look
from runtime.records import Draft
from runtime.steps import step
from schemas.groups import is_group
from schemas.limits import apart, meet
from schemas.product import Limits, MediaItem, ProductMedia, media_object
from schemas.topics import PRODUCT_MEDIA
from schemas.work import MediaRequest
from services.linker import curation_rows, link_rows
from services.linker.group_rows import inherited
from services.linker.handler import Deps
from services.linker.media import LEADING, Media, MediaLink, model_media, variant_media
from services.linker.product_rows import looks_of
from services.linker.product_rows import product as product_of

Rows = list[dict[str, Any]]
"""Links, as the view has them."""


async def media(request: MediaRequest, deps: Deps) -> Saying:
    """Put one SKU's media together from its links."""
    await deps.warmth.wait()
    seen = await look(deps.library, media_object(request.sku))
    async with deps.database.reading() as db:
        product = await product_of(db, request.sku)
        parent = product.parent if product else ""
        links = await link_rows.links_of(db, [request.sku, parent] if parent else [request.sku])
        order = await curation_rows.order_of(db, request.sku, product.formerly if product else ())
        model = await product_of(db, parent) if parent else None
        campaigns = await inherited(db, product, model)
        looks = await looks_of(db, request.sku) if product and product.kind == "model" else set()
    own, shared = ([row for row in links if row["sku"] == sku] for sku in (request.sku, parent))

    def put_together(links: Sequence[Rows]) -> list[MediaItem]:
        own, shared, campaigns = ([_media_link(row) for row in rows] for rows in links)
        if product is None:
            return []  # a person's link to it stays, for the day when it comes again
        if product.kind == "model":
            items = model_media(own, order, campaigns, looks)
        else:
            items = variant_media(own, shared, order, campaigns)
        known = {row["asset_id"]: row for rows in links for row in rows}
        return [_media_item(item, known[item.asset], deps.public_url) for item in items]

    all_links = own, shared, campaigns
    found = put_together([[row for row in rows if _is_open(row)] for rows in all_links])
    shut = {row["asset_id"] for rows in all_links for row in rows if not _is_open(row)}
    closed = [_shut(item) for item in put_together(all_links) if item.asset_id in shut] if shut else []
    step("linker.media-found")
    yield replace(_media_draft(request.sku, product is not None, found, closed), seen=seen)


def _shut(item: MediaItem) -> MediaItem:
    return item.model_copy(update={"state": "pending", "url": ""})


def _is_open(row: dict[str, Any]) -> bool:
    """Whether anybody may be given it at that place: the link's limits and those of its rights have to meet."""
    return bool(row["open"]) and not apart(_limits(row["limits"]), _limits(row["rights"]))


def _limits(told: str | None) -> Limits | None:
    return Limits.model_validate_json(told) if told else None


def _media_link(row: dict[str, Any]) -> MediaLink:
    look = tuple((axis, value) for axis, value in json.loads(row["look"]))
    own, rights = _limits(row["limits"]), _limits(row["rights"])
    limits = own if apart(own, rights) else meet(own, rights)
    via = row["sku"] if is_group(row["sku"]) else ""
    place = (row["asset_id"], row["role"], row["confidence"], row["position"])
    return MediaLink(*place, look, row["name"], via, limits)


def _media_item(item: Media, row: dict[str, Any], public_url: str) -> MediaItem:
    return MediaItem(
        asset_id=item.asset,
        version=row["version"],
        role=item.role,
        confidence=round(item.confidence, 3),
        inherited=bool(item.inherited),
        via=item.via,
        limits=item.limits,
        state="live" if row["live"] else "pending",
        url=f"{public_url.rstrip('/')}/a/{item.asset}/{{preset}}?v={row['version']}" if row["live"] else "",
    )


def _media_draft(sku: str, active: bool, items: list[MediaItem], closed: list[MediaItem]) -> Draft[ProductMedia]:
    now = datetime.now(UTC)
    leading = [item for item in items if item.role in LEADING]
    main = min(leading, key=lambda item: bool(item.limits)).asset_id if leading else None  # for everybody, if any is

    def make(revision: int) -> ProductMedia:
        status: Literal["active", "removed"] = "active" if active else "removed"
        return ProductMedia(
            sku=sku, revision=revision, status=status, main=main, items=items, closed=closed, written=now
        )

    return Draft(PRODUCT_MEDIA, sku, media_object(sku), ProductMedia, make)
