"""WISEPIM as a `Source`. Its public pages name the address of products and no more: no paging, no search by time. So
pages are asked for until one says nothing new, always of everything, and webhooks tell what has changed."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from runtime.outage import Unavailable
from schemas.product import Entity, PimEvent
from services.pim.flat import FlatMapping, fields_of
from services.pim.rest import Rest
from services.pim.source import Batch, read_each

SYSTEM = "wisepim"
PAGE = "100"
LISTS = ("data", "products", "items", "results")
"""Where an answer that is no list itself may hold it."""
OWN = frozenset({"id", "product_id", "sku", "created_at", "updated_at"})
Item = Mapping[str, Any]


class Wisepim:
    """One account of it."""

    system = SYSTEM

    def __init__(self, rest: Rest, mapping: FlatMapping) -> None:
        self._rest, self._mapping = rest, mapping

    async def now(self) -> str:
        """See `Source.now`. It is only shown: nothing can be asked by it."""
        return datetime.now(UTC).isoformat()

    async def changes(self, since: str) -> AsyncIterator[Batch]:
        """See `Source.changes`. What has changed since cannot be asked for: webhooks say it, or everything does."""
        if since:
            return
        seen, gtins, number = set[str](), dict[str, str](), 0
        while True:
            number += 1
            page = _items(await self._rest.get("/products", {"page": str(number), "per_page": PAGE}))
            new = [item for item in page if _id(item) not in seen]  # who knows no pages gives the same each time
            if not new:
                return
            seen |= {_id(item) for item in new}
            yield self._batch(new, gtins)

    async def one(self, kind: Entity, id: str) -> Batch | None:
        """See `Source.one`."""
        if kind != "product":
            return None
        answer = await self._rest.get(f"/products/{quote(id, safe='')}")
        if answer is None:
            return None
        item = answer.get("data", answer) if isinstance(answer, dict) else answer
        if not isinstance(item, dict) or _id(item) != id:
            raise Unavailable(f"wisepim: what it says of product {id} is not of that product")
        return self._batch([item], {})

    def _batch(self, items: list[Item], gtins: dict[str, str]) -> Batch:
        events, problems = read_each(items, self._event, _id, gtins)
        return Batch(tuple(events), problems=tuple(problems))

    def _event(self, item: Item) -> tuple[PimEvent, str]:
        id, sku = _id(item), str(item.get("sku") or "").strip()
        if not id:
            raise ValueError("it has no id")
        if not sku:
            cause = f"Product {id} has no sku: no picture can be meant for it. Give it one."
            return PimEvent(system=SYSTEM, id=id, removed=True), cause
        hidden = OWN | {name for name, value in item.items() if _nested(value)}
        fields, problem = fields_of(item, self._mapping, {"sku": sku}, hidden)
        written = item.get("updated_at")
        as_of = datetime.fromisoformat(written).astimezone(UTC) if isinstance(written, str) and written else None
        return PimEvent(system=SYSTEM, id=id, fields=fields, as_of=as_of), problem


def _id(item: object) -> str:
    found = item.get("id", item.get("product_id")) if isinstance(item, Mapping) else None
    return "" if found is None else str(found)


def _nested(value: object) -> bool:
    """Pictures, variants, prices: lists of objects are no word for people."""
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _items(answer: Any) -> list[Item]:
    found = answer
    if isinstance(answer, dict):
        found = next((answer[name] for name in LISTS if isinstance(answer.get(name), list)), None)
    if not isinstance(found, list):
        raise Unavailable(f"wisepim: a page of products without a list of them ({', '.join(LISTS)})")
    return found
