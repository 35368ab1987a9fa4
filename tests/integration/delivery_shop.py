"""Delivery over a real view, with a bucket in memory: what is said to it, and who asks."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from runtime.database import Database
from runtime.jobs import Cages
from runtime.memory_store import MemoryBucket
from runtime.projection import Change
from schemas.base import Contract
from services.delivery.app import Delivery
from services.delivery.cache import Cache
from services.delivery.counting import Counting
from services.delivery.ddl import SCHEMA, ddl
from services.delivery.making import Sizes
from services.delivery.projector import apply, concerns
from services.delivery.signing import Terms
from tests.integration.catalog_stage import ASSETS, SHA, change, facet

FIRST, SECOND, THIRD = ASSETS[:3]
BROWSER = "image/avif,image/webp,*/*"
LADDER = f"renditions/{SHA}/hls/ab12"


def file(preset: str, version: int, ending: str, size: int = 10) -> dict[str, Any]:
    format = {"jpg": "jpeg"}.get(ending, ending)
    about = {"channel": "webshop", "recipe": preset, "width": 4, "height": 3, "bytes": size, "format": format}
    return {**about, "preset": preset, "key": f"renditions/{version}/{preset}.{ending}", "sha256": f"{version}" * 64}


def pictures(asset: str, version: int = 1) -> list[Contract]:
    first = {"sha256": SHA, "renditions": [file("thumbnail", version, "webp"), file("web", version, "jpg")]}
    later = {"sha256": SHA, "renditions": [file("web-avif", version, "avif")]}
    return [
        facet(asset, "renditions", first, version=version),
        facet(asset, "renditions.later", later, version=version),
    ]


def live(asset: str, version: int | None, state: str = "ready", revision: int = 1, **more: Any) -> Contract:
    return facet(asset, "head", {"live": version, "newest": version or 1, "state": state, **more}, revision=revision)


class Shop:
    """The view, the bytes, and who asks."""

    def __init__(self, database: Database, cages: Cages, terms: Terms) -> None:
        self.database, self.library = database, MemoryBucket("library")
        self.filling: str | None = None
        self.counting = Counting(self.library)
        cache = Cache(self.library.read, 1000)
        self.app = Delivery(
            database,
            self.library,
            lambda: self.filling,
            public_url="https://media.example.com/",
            cache=cache,
            sizes=Sizes(self.library, cages, cache, queue=4),
            terms=terms,
            counting=self.counting,
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://shop.test")

    async def say(self, *records: Contract) -> None:
        await self.put([change(one) for one in records])

    async def put(self, changes: Sequence[Change]) -> None:
        """As the projection does: what says nothing to the view does not come to it."""
        async with self.database.transaction() as connection:
            await apply(connection, [one for one in changes if concerns(one.record)])

    async def get(self, path: str, accept: str = "", method: str = "GET", **headers: str) -> httpx.Response:
        return await self.client.request(method, path, headers={"accept": accept, **headers})


@asynccontextmanager
async def opened(postgres: str, cages: Cages, terms: Terms) -> AsyncIterator[Shop]:
    """A shop that knows nothing yet."""
    database = Database(postgres)
    await database.make(SCHEMA, ddl())
    async with database.transaction() as connection:
        await connection.execute(
            "TRUNCATE delivery.head, delivery.made, delivery.file, delivery.media, delivery.slot, delivery.original, "
            "delivery.focal"
        )
    made = Shop(database, cages, terms)
    yield made
    await made.client.aclose()
    await database.close()
