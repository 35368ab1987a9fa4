"""`pim.events` → `pim.products`: what a PIM says becomes a product record; saying the same again changes nothing."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from runtime.deliver import Saying
from runtime.objects import Bucket
from runtime.publisher import Outgoing
from runtime.records import Draft
from runtime.steps import step
from schemas.product import PimEvent, Product
from schemas.topics import PIM_EVENTS, PIM_PRODUCTS
from services.pim import product as listed

OWN = {"system", "kind", "id", "revision", "status", "written"}
"""Fields of a record that no PIM sets."""


async def handle(event: PimEvent, library: Bucket) -> Saying:
    """One product of one system. A removal names only the id: the record keeps what was known, its SKU above all."""
    fields = event.fields
    if event.removed:
        stored = await library.get(product_object(event))
        if stored is None:
            return  # nobody ever knew it
        fields = Product.model_validate_json(stored.body).model_dump(exclude=OWN)
    step("pim.read")
    yield product_draft(event, fields)
    step("pim.said")


def product_object(event: PimEvent) -> str:
    """Where the record is archived. Quoted: ids may hold anything."""
    return f"products/{quote(event.system, safe='')}/{event.kind}/{quote(event.id, safe='')}.json"


def product_draft(event: PimEvent, fields: dict[str, Any]) -> Draft[Product]:
    """The record with these fields; those that a product does not have are ignored."""
    now = datetime.now(UTC)
    known = {k: v for k, v in fields.items() if k in Product.model_fields and k not in OWN}

    def make(revision: int) -> Product:
        return Product.model_validate(
            {
                **known,
                "system": event.system,
                "kind": event.kind,
                "id": event.id,
                "revision": revision,
                "status": "removed" if event.removed else "active",
                "written": now,
            }
        )

    return Draft(PIM_PRODUCTS, make(1).key, product_object(event), Product, make)


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
