"""`pim.events` → `pim.products`: what a PIM says becomes a product record; saying the same again changes nothing."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from runtime.deliver import Saying
from runtime.publisher import Outgoing
from runtime.records import Draft
from runtime.steps import step
from schemas.product import PimEvent, Product
from schemas.topics import PIM_EVENTS, PIM_PRODUCTS
from services.pim import product as listed


async def handle(event: PimEvent) -> Saying:
    """One product of one system."""
    step("pim.read")
    yield product_draft(event)
    step("pim.said")


def product_draft(event: PimEvent) -> Draft[Product]:
    """The record, archived at `products/<system>/<kind>/<id>.json`."""
    now = datetime.now(UTC)
    fields: dict[str, Any] = {k: v for k, v in event.fields.items() if k in Product.model_fields}

    def make(revision: int) -> Product:
        return Product.model_validate(
            {
                **fields,
                "system": event.system,
                "kind": event.kind,
                "id": event.id,
                "revision": revision,
                "status": "removed" if event.removed else "active",
                "written": now,
            }
        )

    path = f"products/{quote(event.system, safe='')}/{event.kind}/{quote(event.id, safe='')}.json"
    return Draft(PIM_PRODUCTS, make(1).key, path, Product, make)


def pim_event(product: listed.Product, nonce: object) -> Outgoing:
    """A product of a list, as an event of its system. `nonce` tells two imports apart."""
    fields = {
        "sku": product.sku,
        "gtin": product.gtin,
        "name": product.name,
        "parent": product.parent,
        "axes": dict(product.axes),
        "category": product.category,
        "attributes": dict(product.attributes),
    }
    event = PimEvent(system=product.system, kind=product.kind, id=product.id, fields=fields)
    return Outgoing(PIM_EVENTS, f"{product.system}/{product.id}", event, about=(product.id, nonce))
