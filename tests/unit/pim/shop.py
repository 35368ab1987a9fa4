"""A product's media, live and rendered pictures, and a PIM that they go to."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import NAMESPACE_OID, uuid5

from runtime.deliver import until_current
from runtime.records import Draft, facet_draft
from schemas.delivery import Delivery
from schemas.facet import Facet
from schemas.head import HeadFacet
from schemas.product import MediaItem, ProductMedia, media_object
from schemas.rendition import Rendition, RenditionsFacet
from schemas.topics import PRODUCT_MEDIA
from services.pim.akeneo.client import Client
from services.pim.akeneo.mapping import Mapping
from services.pim.akeneo.source import Akeneo
from services.pim.akeneo.target import AkeneoTarget
from services.pim.places import Write
from services.pim.poller import Poller
from services.pim.waiting import Waiting, asset_changed
from services.pim.writeback import Deps, Notice, delivery_object, write_back
from tests.fakes.akeneo import FakeAkeneo, served
from tests.fakes.world import World

NOW = datetime(2026, 11, 29, tzinfo=UTC)
MAIN = Write(attribute="main", kind="image", of="main", preset="web", owner="packshot")
SECOND = Write(attribute="second", kind="image", of=2, preset="web", owner="packshot")
LINK = Write(
    attribute="link",
    kind="link",
    of="main",
    preset="web",
    owner="packshot",
    url="https://media/{asset}/{version}.{format}",
)


def asset_id(name: str) -> str:
    """Of a picture that tests call so."""
    return str(uuid5(NAMESPACE_OID, name))


@dataclass
class Shop:
    """What stands around the write-back."""

    world: World
    pim: FakeAkeneo
    client: Client
    writes: tuple[Write, ...]
    deps: Deps = field(init=False)
    waiting: Waiting = field(init=False)

    def __post_init__(self) -> None:
        self.deps = Deps(AkeneoTarget(self.client, self.writes, self.world.library), self.world.library)
        self.waiting = Waiting(self.deps, self.world.emit, lambda: True)

    def poller(self) -> Poller:
        """It asks what has changed, and looks at what stands at our places."""
        source = Akeneo(self.client, Mapping(write=self.writes))
        notice = Notice("akeneo", self.world.library)
        publish = self.world.publisher.publish
        return Poller(source, self.world.library, publish, lambda: True, 30, 3600, notice)

    async def rendered(self, name: str, look: str = "", *, version: int = 1, preset: str = "web") -> str:
        """The picture's rendition; returns its bytes' hash. Another `look` is another file."""
        body = f"{name} {version} {look}".encode()
        sha256 = hashlib.sha256(body).hexdigest()
        key = f"renditions/{sha256}/r.jpeg"
        await self.world.library.put(key, body)
        one = Rendition(
            preset=preset, channel="c", recipe="r", key=key, format="jpeg", width=1, height=1, bytes=1, sha256=sha256
        )
        await self._facet(name, version, "renditions", RenditionsFacet(sha256=sha256, renditions=[one]))
        return sha256

    async def live(self, name: str, version: int | None = 1, until: datetime | None = None) -> None:
        """Its head."""
        head = HeadFacet(live=version, newest=version or 1, state="ready", available_until=until)
        await self._facet(name, 0, "head", head)

    async def picture(self, name: str, look: str = "", *, version: int = 1) -> None:
        """Live and rendered."""
        await self.rendered(name, look, version=version)
        await self.live(name, version)

    async def _facet(self, name: str, version: int, facet: str, data: RenditionsFacet | HeadFacet) -> None:
        def make(revision: int) -> Facet:
            return Facet(
                asset_id=asset_id(name), version=version, facet=facet, revision=revision, status="done", written=NOW,
                data=data.model_dump(mode="json"),
            )  # fmt: skip

        written = await self.world.records.write(facet_draft(make))
        await self.world.say(asset_changed(written, self.deps))

    async def media(self, sku: str, *names: str, version: int = 1, removed: bool = False) -> ProductMedia:
        """The linker says which pictures a product has, main first; returns the record."""
        items = [
            MediaItem(asset_id=asset_id(name), version=version, role="detail" if at else "front", confidence=1)
            for at, name in enumerate(names)
        ]

        def make(revision: int) -> ProductMedia:
            return ProductMedia(
                sku=sku, revision=revision, status="removed" if removed else "active", written=NOW, items=items,
                main=items[0].asset_id if items else None,
            )  # fmt: skip

        return await self.world.records.write(Draft(PRODUCT_MEDIA, sku, media_object(sku), ProductMedia, make))

    async def deliver(self, sku: str, *names: str, version: int = 1, removed: bool = False) -> Delivery | None:
        """Media that changed, written back."""
        media = await self.media(sku, *names, version=version, removed=removed)
        await until_current(lambda: self.world.say(write_back(media, self.deps)))
        return await self.delivered(sku)

    async def delivered(self, sku: str) -> Delivery | None:
        """The archived record."""
        stored = await self.world.library.get(delivery_object("akeneo", sku))
        return Delivery.model_validate_json(stored.body) if stored else None

    def shows(self, uuid: str, attribute: str) -> str | None:
        """Which picture an image attribute of the PIM shows, by its bytes."""
        code = self.pim.value(uuid, attribute)
        return None if code is None else self.pim.media[code].decode() if code in self.pim.media else code


@asynccontextmanager
async def opened(*writes: Write) -> AsyncIterator[Shop]:
    """With a product S1 (u1) in the PIM."""
    pim = FakeAkeneo()
    pim.product("u1", "S1")
    async with served(pim) as login, Client(login) as client:
        yield Shop(World(), pim, client, writes or (MAIN, SECOND, LINK))
