"""Salsify as a `Source`. A product there does not say whether it has variants; its variants name it. So everything is
asked for twice, first for who is a parent; of single ones the library knows it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from runtime.objects import Bucket
from runtime.outage import Unavailable
from schemas.product import Entity, PimEvent
from services.pim.archive import Archive
from services.pim.flat import FlatMapping, fields_of
from services.pim.rest import Rest
from services.pim.salsify.assets import files, named
from services.pim.source import Batch, read_each

SYSTEM = "salsify"
PAGE = "100"
OVERLAP = timedelta(minutes=5)
"""So much is read again each time: what is saved at one second may be found by a search a little later."""
Item = Mapping[str, Any]


class Salsify:
    """One organisation of it. Its product id is the SKU."""

    system = SYSTEM

    def __init__(self, rest: Rest, mapping: FlatMapping, library: Bucket) -> None:
        self._rest, self._mapping, self._library = rest, mapping, library
        self._parents: set[str] | None = None

    async def now(self) -> str:
        """See `Source.now`."""
        try:
            written = await self._rest.date("/products", {"per_page": "1"})
            return parsedate_to_datetime(written).astimezone(UTC).isoformat()
        except ValueError:
            return (datetime.now(UTC) - OVERLAP).isoformat()

    async def changes(self, since: str) -> AsyncIterator[Batch]:
        """See `Source.changes`."""
        if not since:
            parents = [one async for page in self._pages({}) for item in page if (one := _parent(item))]
            self._parents = set(parents)
        asked = {"filter": _since(since)} if since else {}
        gtins: dict[str, str] = {}
        async for page in self._pages(asked):
            yield await self.batch(page, gtins=gtins)

    async def one(self, kind: Entity, id: str) -> Batch | None:
        """See `Source.one`. A product that has got variants is none any more, it is a model."""
        item = await self._rest.get(_place(id))
        if item is None or item.get("salsify:destroyed_at") or await self.kind_of(id) != kind:
            return None
        return await self.batch([item])

    async def kind_of(self, id: str) -> Entity:
        """By what we know of its variants."""
        return "model" if id in await self._known_parents() else "product"

    async def batch(
        self, items: Sequence[Item], above: Sequence[Item] = (), gtins: dict[str, str] | None = None
    ) -> Batch:
        """Of products as its interface and its webhooks write them; `above`: parents that came along."""
        new, came = await self._new_parents(items, above)
        seen = {} if gtins is None else gtins
        events = [PimEvent(system=SYSTEM, kind="product", id=id, removed=True) for id in new]  # they are models now
        told, problems = read_each([*came, *items], self._event, _id, seen)
        newest = max((event.as_of.isoformat() for event in told if event.as_of), default="")
        return Batch((*events, *told), newest, tuple(problems))

    def _event(self, item: Item) -> tuple[PimEvent, str]:
        id, parents = str(item["salsify:id"]), self._parents or set()
        if not id:
            raise ValueError("salsify:id is empty")
        hidden = {name for name in item if name.startswith("salsify:")}
        held = named(item)
        fields, problem = fields_of({**item, **held}, self._mapping, {"sku": id, "parent": _parent(item)}, hidden)
        fields["files"] = files(held)
        kind: Entity = "model" if id in parents else "product"
        if kind == "model":
            fields["attributes"] |= fields.pop("axes")
            del fields["gtin"]
        written = item.get("salsify:updated_at")
        as_of = datetime.fromisoformat(written).astimezone(UTC) if written else None
        return PimEvent(system=SYSTEM, kind=kind, id=id, fields=fields, as_of=as_of), problem

    async def _new_parents(self, items: Sequence[Item], above: Sequence[Item]) -> tuple[list[str], list[Item]]:
        """(those that nobody knew to have variants, what those of them say that are not among the items)."""
        parents, there = await self._known_parents(), {_id(item) for item in items}
        along = {_id(item): item for item in above}
        new = list(dict.fromkeys(one for item in items if (one := _parent(item)) and one not in parents))
        asked = [along.get(id) or await self._rest.get(_place(id)) for id in new if id not in there]
        parents.update(new)  # not before all was read: who breaks off begins anew
        return new, [item for item in asked if item is not None]

    async def _known_parents(self) -> set[str]:
        if self._parents is None:
            parents, archive = set[str](), Archive(self._library)
            await archive.refresh()
            for path in await archive.paths(SYSTEM, "model"):
                record = await archive.get(path)
                if record is not None and record.status == "active":
                    parents.add(record.id)
            if self._parents is None:  # everything may have been read meanwhile
                self._parents = parents
        return self._parents

    async def _pages(self, params: Mapping[str, str]) -> AsyncIterator[list[Item]]:
        """By cursor: page numbers end at 10 000 products. Raises Unavailable where it leads in a circle."""
        seen, cursor = set[str](), ""
        while True:
            answer = await self._rest.get(
                "/products", {"per_page": PAGE, **params} | ({"cursor": cursor} if cursor else {})
            )
            try:
                items, cursor = answer["data"], answer["meta"].get("cursor") or ""
            except (KeyError, TypeError, AttributeError) as error:
                raise Unavailable("salsify: a page of products without data or meta") from error
            yield items
            if not cursor:
                return
            if cursor in seen:
                raise Unavailable("salsify: the pages of products lead in a circle")
            seen.add(cursor)


def _place(id: str) -> str:
    return f"/products/{quote(id, safe='')}"


def _since(cursor: str) -> str:
    from_ = datetime.fromisoformat(cursor).astimezone(UTC) - OVERLAP
    return f"='salsify:updated_at':gte('{from_:%Y-%m-%dT%H:%M:%SZ}')"


def _id(item: object) -> str:
    return str(item.get("salsify:id") or "") if isinstance(item, Mapping) else ""


def _parent(item: object) -> str:
    return str(item.get("salsify:parent_id") or "") if isinstance(item, Mapping) else ""
