"""A shoot told to the linker's view: its frames, what is read in them, and what people say."""

import asyncio

from runtime.broker import Record
from runtime.database import Database
from runtime.deliver import Place
from runtime.projection import Change
from runtime.publisher import Outgoing
from schemas.facet import Facet
from schemas.links import LinksFacet
from schemas.product import Product, ProductMedia, media_object
from schemas.topics import ASSET_METADATA, LINK_REQUESTS
from schemas.work import LinkRequest, MediaRequest
from services.linker.filling import Asking, Filling
from services.linker.handler import link
from services.linker.product_media import media
from tests.integration.linker_view import View


class Shoot:
    """Frames of one folder, told to the linker's view in any order, and asked until nothing is left to ask."""

    def __init__(self, database: Database) -> None:
        self.database, self.view = database, View(database)
        self.ids: dict[str, str] = {}
        self.asking = Asking(database, self._asked, asyncio.Event())
        self.requests: list[Outgoing] = []

    async def _asked(self, request: Outgoing) -> Place | None:
        self.requests.append(request)
        return None

    def file(self, name: str, taken: str = "", subsec: str = "") -> Facet:
        """Its `file` facet."""
        self.view.asset = self.ids.setdefault(name, f"00000000-0000-4000-8000-{len(self.ids):012}")
        embedded = {field: value for field, value in (("taken", taken), ("subsec", subsec)) if value}
        return self.view.file(key=f"shoot/IMG_{name}.jpg", embedded=embedded)

    def said(self, name: str, fields: dict[str, str], revision: int = 1) -> Facet:
        """Its `curation` facet."""
        self.view.asset = self.ids[name]
        return self.view.facet("curation", {"fields": fields}, revision=revision)

    def read(self, name: str, code: str, revision: int = 1) -> Facet:
        """Its `tags.later` facet."""
        self.view.asset = self.ids.setdefault(name, f"00000000-0000-4000-8000-{len(self.ids):012}")
        codes = [{"format": "code-128", "text": code}] if code else []
        return self.view.facet("tags.later", {"barcodes": codes}, revision=revision)

    async def hear(self, *messages: Facet | Product) -> None:
        """One after another; each may be the last for a while, so all that it touches is asked."""
        for message in messages:
            async with self.view.database.transaction() as db:
                await Filling().apply(db, [Change(Record("", 0, 0, b"", b""), message)])
            await self.settle()

    async def forget(self, name: str, *facets: str) -> None:
        """Tombstones of its first version's facets, one after another."""
        for facet in facets:
            record = Record(ASSET_METADATA.name, 0, 0, f"{self.ids[name]}/1/{facet}".encode(), None)
            async with self.view.database.transaction() as db:
                await Filling().apply(db, [Change(record, None)])
            await self.settle()

    async def settle(self) -> None:
        """Answer until nobody asks."""
        while True:
            await self.asking._ask()
            asked, self.requests = self.requests, []
            if not asked:
                return
            for one in asked:
                if one.topic is LINK_REQUESTS:
                    assert isinstance(one.data, LinkRequest)
                    await self._link(one.data)

    async def _link(self, request: LinkRequest) -> None:
        await self.view.world.say(link(request, self.view.deps))
        said = await self.view.world.facet(request.asset_id, 1, "links")
        if said is None:
            return  # a reading whose file nobody has told yet
        async with self.view.database.transaction() as db:
            await Filling().apply(db, [Change(Record("", 0, 0, b"", b""), said)])

    async def links(self) -> dict[str, list[tuple[str, str]]]:
        """Frame → SKU and role of its links."""
        found = {}
        for name, asset_id in self.ids.items():
            facet = await self.view.world.facet(asset_id, 1, "links")
            links = LinksFacet.model_validate(facet.data).links if facet else []
            found[name] = [(one.sku, one.role) for one in links]
        return found

    async def shown(self, sku: str) -> set[str]:
        """Frames among a SKU's media."""
        await self.view.world.say(media(MediaRequest(sku=sku), self.view.deps))
        stored = await self.view.world.library.get(media_object(sku))
        assert stored
        shown = {item.asset_id for item in ProductMedia.model_validate_json(stored.body).items}
        return {name for name, asset_id in self.ids.items() if asset_id in shown}
