"""Akeneo as a `Source`: structure first, then models, then products, each page as it comes."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from schemas.product import Entity, PimEvent
from services.pim.akeneo.client import API, Client
from services.pim.akeneo.mapping import Mapping
from services.pim.akeneo.target import values_at
from services.pim.akeneo.translate import SYSTEM, Item, Structure, Translator, axes_of
from services.pim.source import Batch, doubled

OVERLAP = timedelta(minutes=5)
"""So much is read again each time: what is saved at one second may be found by a search a little later."""
WESTERNMOST, SUMMER = timedelta(hours=-12), timedelta(hours=1)
PLACES: dict[Entity, str] = {
    "product": f"{API}/products-uuid",
    "model": f"{API}/product-models",
    "family": f"{API}/families",
    "category": f"{API}/categories",
}


class Akeneo:
    """One Akeneo, by one connection."""

    system = SYSTEM

    def __init__(self, client: Client, mapping: Mapping) -> None:
        self._client, self._translate, self._writes = client, Translator(mapping), mapping.write
        self._structure: Structure | None = None
        self._hidden: set[str] = set()
        """Codes that were asked for in vain: the connection's user may not see all categories."""
        self._offset: timedelta | None = None
        """The PIM's time zone: it reads our filters in its own. It tells by the first time that it writes."""

    async def now(self) -> str:
        """See `Source.now`."""
        written = await self._client.head_date()
        try:
            return parsedate_to_datetime(written).isoformat()
        except ValueError:
            return (datetime.now(UTC) - OVERLAP).isoformat()  # a proxy that takes the date away

    async def one(self, kind: Entity, id: str) -> Batch | None:
        """See `Source.one`. By its own address, which shows a change before the search does."""
        params = {"with_attribute_options": "true"} if kind in ("product", "model") else None
        item = await self._client.get(f"{PLACES[kind]}/{quote(id, safe='')}", params)
        if item is None:
            return None
        structure, said = self._structure, tuple[PimEvent, ...]()
        if structure is None or structure.lacks(item) - self._hidden:
            structure, said = await self._read_structure()
            self._hidden |= structure.lacks(item)
        if kind not in ("product", "model"):
            return Batch(said)
        found = self._batch(kind, [item], structure, {})
        return replace(found, events=(*said, *found.events))

    async def changes(self, since: str) -> AsyncIterator[Batch]:
        """See `Source.changes`."""
        structure = self._structure
        if structure is None or not since:
            structure, said = await self._read_structure()
            self._hidden = set()
            yield Batch(said)
        gtins: dict[str, str] = {}
        for kind in ("model", "product"):
            async for items in self._client.pages(PLACES[kind], self._search(since)):
                if set().union(*map(structure.lacks, items)) - self._hidden:
                    structure, said = await self._read_structure()
                    self._hidden |= set().union(*map(structure.lacks, items))
                    yield Batch(said)
                yield self._batch(kind, items, structure, gtins)

    def _search(self, since: str) -> dict[str, str]:
        params = {"pagination_type": "search_after", "with_attribute_options": "true"}
        if since:
            from_ = datetime.fromisoformat(since).astimezone(UTC) - OVERLAP + self._zone()
            filters = {"updated": [{"operator": ">", "value": f"{from_:%Y-%m-%d %H:%M:%S}"}]}
            params["search"] = json.dumps(filters)
        return params

    def _zone(self) -> timedelta:
        """What makes UTC its local time, or earlier: where a summer ends, and before it has told us."""
        if self._offset is None:
            return WESTERNMOST
        return self._offset - SUMMER if self._offset else self._offset

    def _batch(self, kind: str, items: list[dict[str, Any]], structure: Structure, gtins: dict[str, str]) -> Batch:
        events, problems, newest, held = [], [], "", {}
        for item in items:
            try:
                event, problem = self._event(kind, item, structure)
            except (KeyError, TypeError, ValueError, AttributeError) as error:  # the others are not at fault
                named = item.get("uuid") or item.get("code")
                problems.append(f"{kind} {named} cannot be read: {error!r}. It is left as it was.")
                continue
            events.append(event)
            problems += [problem, doubled(event, gtins)]
            newest = max(newest, self._time(item))
            if self._writes and not event.removed:
                held[event.fields["sku"]] = values_at(item, self._writes)
        return Batch(tuple(events), newest, tuple(filter(None, problems)), held)

    def _event(self, kind: str, item: Item, structure: Structure) -> tuple[PimEvent, str]:
        if kind == "model":
            return self._translate.model(item, structure), ""
        return self._translate.product(item, structure)

    def _time(self, item: Item) -> str:
        if not item.get("updated"):
            return ""
        at = datetime.fromisoformat(item["updated"])
        self._offset = at.utcoffset() or timedelta()
        return at.astimezone(UTC).isoformat()

    async def _read_structure(self) -> tuple[Structure, tuple[PimEvent, ...]]:
        """Categories and families are few: they are read whole, at start, with all, and when an unknown one is met."""
        categories = {item["code"]: item async for page in self._client.pages(PLACES["category"], {}) for item in page}
        families = [item async for page in self._client.pages(PLACES["family"], {}) for item in page]
        axes = {}
        for family in families:
            variants = self._client.pages(f"{PLACES['family']}/{family['code']}/variants", {})
            axes[family["code"]] = list(axes_of([item async for page in variants for item in page]))
        found = self._structure = Structure(categories, axes)
        said = [self._translate.category(item, found) for item in categories.values()]
        return found, (*said, *map(self._translate.family, families))
