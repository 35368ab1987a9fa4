"""The order that a person gives a product's media: a decision about the product, kept whatever is linked later."""

from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from schemas.decision import Decision
from schemas.product import ORDER, PRODUCT
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Manager
from services.catalog.api.saying import say_all
from services.catalog.once.ids import new_id
from services.catalog.queries import products

router = APIRouter(prefix="/v1", tags=["products"])


class OrderWanted(BaseModel):
    """One order for one or more products: the sizes of a colour share their pictures."""

    skus: list[Text] = Field(min_length=1, max_length=200, examples=[["MH01-S-Black", "MH01-M-Black"]])
    order: list[Text] = Field(max_length=200, description="Asset ids; empty: as their roles say, again")
    why: str | None = Field(default=None, max_length=500)


class Ordered(BaseModel):
    """Kafka has it. Undo: POST /v1/batches/{batch}/undo."""

    batch: str
    skus: list[str]


@router.post("/products/order", status_code=202)
async def give_order(deps: Given, who: Manager, wanted: OrderWanted) -> Ordered:
    """Show these pictures first, in this order; the first is the product's main picture. Others follow as by role.

    The order outlives whatever is linked later, and shows in `product.media`. A picture in it that is no longer linked
    is passed over.
    """
    media = await products.media_of(deps.database, wanted.skus)
    for sku in wanted.skus:
        if sku not in media:
            raise HTTPException(404, f"There is no product {sku} with pictures.")
        if strange := [asset for asset in wanted.order if asset not in media[sku]]:
            raise HTTPException(422, f"{strange[0]} is no picture of {sku}. GET /v1/products/{{sku}} tells them.")
    if len(set(wanted.order)) < len(wanted.order):
        raise HTTPException(422, "A picture stands in the order twice; name each once.")
    batch, now = new_id(), datetime.now(UTC)
    skus = list(dict.fromkeys(wanted.skus))
    said = [
        Decision(
            id=new_id(), entity=f"{PRODUCT}/{sku}", set={ORDER: wanted.order}, batch=batch, by=who.name,
            why=wanted.why, at=now,
        )
        for sku in skus
    ]  # fmt: skip
    await say_all(deps, said)
    return Ordered(batch=batch, skus=skus)
