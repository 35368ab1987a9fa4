"""`pim.events` → `pim.products`: what a PIM says becomes a product record; saying the same again changes nothing.

The later event on the topic wins, whoever writes last: a process that was suspended may hold an older one.
"""

from datetime import UTC, datetime
from typing import Any

from runtime.broker import Record
from runtime.bundling import Bundling
from runtime.deliver import Saying, decoder
from runtime.objects import Bucket
from runtime.publisher import Outgoing
from runtime.records import Draft
from runtime.steps import step
from schemas import product as archived
from schemas.base import Contract
from schemas.product import Heard, PimEvent, Product
from schemas.topics import PIM_EVENTS, PIM_PRODUCTS
from services.pim import product as listed

OWN = {"system", "kind", "id", "revision", "status", "as_of", "heard", "written"}
"""Fields of a record that no PIM sets."""
SAID = frozenset(Product.model_fields) - OWN
"""Those that it may."""


class Message(Contract):
    """An event, and where it lay."""

    event: PimEvent
    heard: Heard
    partition: int | None = None
    """Where records that are new together may be archived together: of the topic."""


def decode(record: Record) -> Message:
    """Raises ValidationError."""
    event = decoder(PimEvent)(record)
    heard = Heard(offset=record.offset, time=max(0, record.timestamp_ms))
    return Message(event=event, heard=heard, partition=record.partition)


async def handle(message: Message, library: Bucket, bundling: Bundling | None = None) -> Saying:
    """One product of one system. `bundling`: where records of ours may lie, too."""
    event, chain = message.event, message.partition if bundling else None
    if event.removed and not await _known(product_object(event), library, chain, bundling):
        return  # nobody ever knew it
    step("pim.read")
    yield product_draft(event, message.heard, chain)
    step("pim.said")


async def _known(path: str, library: Bucket, chain: int | None, bundling: Bundling | None) -> bool:
    if await library.head(path) is not None:
        return True
    return bundling is not None and chain is not None and await bundling.knows(chain, path)


def product_object(event: PimEvent) -> str:
    """Where the record is archived."""
    return archived.product_object(event.system, event.kind, event.id)


def record_key(event: PimEvent) -> str:
    """Of the record on `pim.products`."""
    return f"{event.system}/{event.kind}/{event.id}"


def product_draft(event: PimEvent, heard: Heard, chain: int | None = None) -> Draft[Product]:
    """The record that this event makes of the one that stands, where it is not older than that."""
    now = datetime.now(UTC)

    def grown(standing: Product | None, revision: int) -> Product:
        if standing and (heard.before(standing.heard) or _outdated(event, standing)):
            return standing
        fields = _fields(event, standing)
        return Product.model_validate(
            {
                **fields,
                "formerly": _formerly(fields, standing),
                "system": event.system,
                "kind": event.kind,
                "id": event.id,
                "revision": revision,
                "status": "removed" if event.removed else "active",
                "as_of": event.as_of or (standing.as_of if standing else None),
                "heard": heard,
                "written": now,
            }
        )

    def make(revision: int) -> Product:
        return grown(None, revision)

    return Draft(PIM_PRODUCTS, record_key(event), product_object(event), Product, make, fold=grown, chain=chain)


def _outdated(event: PimEvent, standing: Product) -> bool:
    """Whether the PIM itself has said something newer: who polls may be suspended between asking and saying."""
    return event.as_of is not None and standing.as_of is not None and event.as_of < standing.as_of


def _fields(event: PimEvent, standing: Product | None) -> dict[str, Any]:
    """What a PIM may say of a product. A removal names only the id: what was known stays, its SKU above all."""
    if event.removed:
        return standing.model_dump(exclude=OWN) if standing else {}
    return {name: value for name, value in event.fields.items() if name in SAID}


def _formerly(fields: dict[str, Any], standing: Product | None) -> list[str]:
    """All SKUs that it had, the last first: the PIM knows it by its id and may call it anew."""
    before = [*fields.get("formerly", []), *([standing.sku, *standing.formerly] if standing else [])]
    return [sku for sku in dict.fromkeys(before) if sku and sku != fields.get("sku", "")]


def pim_event(product: listed.Product, nonce: object) -> Outgoing:
    """A product of a list, as an event of its system. `nonce` tells two imports apart."""
    fields = fields_of(product)
    return said_by_pim(PimEvent(system=product.system, kind=product.kind, id=product.id, fields=fields), nonce)


def fields_of(product: listed.Product) -> dict[str, Any]:
    """What a list says of it."""
    return {
        "sku": product.sku,
        "gtin": product.gtin,
        "name": product.name,
        "parent": product.parent,
        "axes": dict(product.axes),
        "category": product.category,
        "attributes": dict(product.attributes),
        "files": list(product.files),
        "formerly": list(product.formerly),
    }


def said_by_pim(event: PimEvent, nonce: object) -> Outgoing:
    """On its topic: what one id says keeps its order. `nonce` tells when it was said."""
    about = (event.kind, event.id, "removed", nonce) if event.removed else (event.id, nonce)
    return Outgoing(PIM_EVENTS, f"{event.system}/{event.id}", event, about=about)
