"""Products with their pictures by role, and the holes."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query

from schemas.limits import Audience, Choice, choose
from schemas.product import MediaItem
from services.catalog.api import links
from services.catalog.api.deps import Cursor, Deps, Given, Text
from services.catalog.api.gate import Buyer, of_brands
from services.catalog.api.known_names import only_known
from services.catalog.api.models_products import (
    ConflictItem,
    DeliveryItem,
    MediaOf,
    OnChannel,
    ProductItem,
    ProductList,
    ProductWhole,
    VariantItem,
)
from services.catalog.channels.together import Together, together
from services.catalog.channels.verdict import WORST
from services.catalog.queries import product_list, products, verdicts
from services.catalog.queries.brands import visible
from services.catalog.queries.known_values import strange
from services.catalog.queries.rows import Row

EVERYBODY = Audience()


def audience(
    market: Annotated[Text, Query(description="A country, or whatever the shop calls its markets")] = "",
    locale: Annotated[Text, Query(description="A language, with country or not", examples=["de-CH"])] = "",
    channel: Annotated[Text, Query(description="Webshop, print …")] = "",
) -> Audience:
    """Who asks."""
    return Audience(market, locale, channel)


Asked = Annotated[Audience, Depends(audience)]
router = APIRouter(prefix="/v1", tags=["products"], dependencies=[Depends(of_brands("channel"))])


@router.get("/products", dependencies=[Depends(only_known)])
async def list_products(
    deps: Given,
    who: Buyer,
    q: Annotated[Text, Query(description="Part of a SKU, a name or a GTIN")] = "",
    missing: Annotated[
        Text, Query(description=f"Only with a variant that lacks this role: {', '.join(products.ROLES)}")
    ] = "",
    channel: Annotated[Text, Query(description="With `state`: only what stands so on this channel")] = "",
    state: Annotated[
        Text, Query(description=f"With `channel`: the worst of its variants there, one of {', '.join(WORST)}")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    cursor: Annotated[Cursor | None, Query(description="`next` of the page before")] = None,
) -> ProductList:
    """Product models with their variants, and products that stand alone, by SKU; and how they stand on channels."""
    if wrong := strange("role", [missing] if missing else [], products.ROLES):
        raise HTTPException(422, f"missing: {wrong}")
    on = standing_so(deps, channel, state)
    page = await product_list.groups(
        deps.database, text=q, missing=missing, on=on, limit=limit, cursor=cursor, scope=who.scope
    )
    told = await verdicts.of_families(deps.database, [row["id"] for row in page.rows], who.scope)
    items = [group(row, together(deps.channels, told.get(row["id"], []))) for row in page.rows]
    return ProductList(items=items, next=page.cursor)


def standing_so(deps: Deps, channel: str, state: str) -> product_list.Stands | None:
    """What is asked for. Raises 422 where it is not said whole, or there is no such channel or state."""
    if not channel and not state:
        return None
    if not channel or not state:
        there, lacking = ("channel", "state") if channel else ("state", "channel")
        raise HTTPException(422, f"{there}: give {lacking}, too, as in channel=amazon&state=blocked.")
    if wrong := strange("channel", [channel], deps.channels) or strange("state", [state], WORST):
        raise HTTPException(422, wrong)
    return product_list.Stands(channel, next(one for one in WORST if one == state))


def group(row: Row, on: Sequence[Together] = ()) -> ProductItem:
    """A row as the API shows it."""
    roles = {role: row[f"role_{role}"] for role in products.ROLES if row[f"role_{role}"]}
    return ProductItem(
        sku=row["id"],
        name=row["name"],
        category=row["category"],
        variants=row["variants"],
        without_main=row["without_main"],
        main=row["main"],
        roles=roles,
        pictures=row["pictures"],
        waiting=row["waiting"],
        picture=row["picture"],
        others=row["others"],
        other_roles=row["other_roles"],
        channels=[OnChannel(channel=one.channel, state=one.state, variants=dict(one.variants.items())) for one in on],
    )


@router.get("/products/{sku:path}")
async def get_product(deps: Given, who: Buyer, asked: Asked, sku: Text) -> ProductWhole:
    """One product or model: its variants with their pictures, main first, and what is missing.

    With `market`, `locale` or `channel`: what this audience may see, one main each; `fallback` says where it is given
    something else than it asked for. Markets and channels are held to; of locales the nearest is given.
    """
    found = await products.family(deps.database, sku, who.scope)
    if found is None:
        raise HTTPException(404, "There is no product of this SKU.")
    told = whole(found, asked)
    return veiled(told, await visible(deps.database, who.scope, list(found.assets))) if who.scope.limited else told


def veiled(told: ProductWhole, there: set[str]) -> ProductWhole:
    """Without the pictures that lie elsewhere: that there are such is known by the roles that are not missing."""
    variants = [
        one.model_copy(
            update={
                "media": [item for item in one.media if item.asset_id in there],
                "main": one.main if one.main in there else None,
                "order": [asset for asset in one.order if asset in there],
            }
        )
        for one in told.variants
    ]
    own = {told.sku, *(one.sku for one in variants)}
    return told.model_copy(
        update={"variants": variants, "deliveries": [one for one in told.deliveries if one.sku in own]}
    )


def whole(found: products.Family, audience: Audience = EVERYBODY) -> ProductWhole:
    """A family as the API shows it."""
    chosen = {v["sku"]: _chosen(found.media.get(v["sku"], {}), audience) for v in found.variants}
    items = {sku: [item.model_dump() for item in choice.items] for sku, choice in chosen.items()}
    there = {
        sku: [item for item in choice.items if _waiting(found.assets.get(item.asset_id)) is None]
        for sku, choice in chosen.items()
    }
    missing = products.holes({sku: {item.role for item in media} for sku, media in there.items()})
    told = found.product
    return ProductWhole(
        **{name: told[name] for name in ("sku", "name", "kind", "gtin", "category", "parent", "status", "attributes")},
        variants=[
            VariantItem(
                **{name: variant[name] for name in ("sku", "name", "gtin", "axes")},
                main=_main(found.media.get(variant["sku"], {}), there[variant["sku"]], audience),
                fallback=chosen[variant["sku"]].notes,
                media=[_media(item, found.assets) for item in items[variant["sku"]]],
                missing=missing[variant["sku"]],
                order=found.orders.get(variant["sku"], []),
            )
            for variant in found.variants
        ],
        deliveries=[_delivery(row) for row in found.deliveries],
    )


def _chosen(media: Row, audience: Audience) -> Choice:
    items = [MediaItem.model_validate(item) for item in media.get("items", [])]
    return Choice(items, []) if audience == EVERYBODY else choose(items, audience)


def _main(media: Row, there: list[MediaItem], audience: Audience) -> str | None:
    """there: of those that this audience may see the ones that are live."""
    leads = next((item.asset_id for item in there if item.role in ("main", "front")), None)
    if audience == EVERYBODY and media.get("main") in {item.asset_id for item in there}:
        return str(media["main"])
    return leads


def _waiting(card: Row | None) -> str | None:
    """Why nobody is given it yet. Of what is not known here yet, the linker's word counts."""
    if card is None or card["live"] is not None:
        return None
    return "approval" if card["approves"] else str(card["state"])


def _delivery(row: Row) -> DeliveryItem:
    conflicts = [ConflictItem(**one | {"place": one["place"].strip("/")}) for one in row["changed"]]
    told = {name: row[name] for name in ("target", "status", "cause", "cure", "written")}
    return DeliveryItem(**told, sku=row["entity"], conflicts=conflicts)


def _media(item: Row, assets: dict[str, Row]) -> MediaOf:
    card = assets.get(item["asset_id"])
    if card is None:
        return MediaOf(**item, name="", thumbnail=None)
    given = card["live"] or card["shown"]
    told = {"version": given, "newer": card["newest"] if card["newest"] > given else None, "waiting": _waiting(card)}
    return MediaOf(**{**item, **told}, name=card["name"], thumbnail=links.given(card))
