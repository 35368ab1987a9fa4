"""A catalogue with three assets and a product, a client of its API, and a browser in front of its page."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI

from runtime.buried import Buried
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.app import create_app
from services.catalog.api.deps import Deps
from services.catalog.config import CatalogSettings
from services.catalog.live import Live
from services.catalog.meaning.near import Meaning
from services.catalog.meaning.reader import Reader
from services.catalog.operations.bulk import Bulk
from services.catalog.operations.looking import Looking
from tests.chromium import chromium, window
from tests.fakes.meaning import Words
from tests.fakes.parts import MemoryParts
from tests.fakes.shelf import MemoryShelf
from tests.integration.catalog_client import FIRST, SECOND, THIRD
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import Stage, change, facet, media, picture, product, staged

if TYPE_CHECKING:
    from playwright.async_api import Page


@pytest.fixture
async def stage(postgres: str) -> AsyncIterator[Stage]:
    async with staged(postgres) as made:
        records: list[Any] = [
            *picture(FIRST, "autumn/RED_main.jpg", sku="RED-42"),
            *picture(SECOND, "autumn/blue boot.jpg", label="boot", colour="blue"),
            facet(THIRD, "file", {"key": "broken.jpg"}, status="refused", cause="It is empty.", cure="Drop it again."),
            product("RED", "Trainer", kind="model"),
            product("RED-42", "Trainer, red", parent="RED", size="42"),
            product("RED-43", "Trainer, red", parent="RED", size="43"),
            media("RED-42", FIRST),
        ]
        await made.put([change(one) for one in records])
        await made.library.put(f"renditions/{FIRST}/thumbnail.webp", b"webp!")
        await made.library.put("originals/" + "ab" * 32, b"jpeg!")
        yield made


@pytest.fixture
def app(stage: Stage, postgres: str, tmp_path: Path) -> FastAPI:
    """The API and the page over it."""

    async def presign(key: str) -> str:
        return f"http://store/inbox/{key}?signed"

    settings = CatalogSettings(admin_key="secret", database_url=postgres)
    access = Access("secret")
    meaning = Meaning(stage.database, Reader(Words))
    parts = (stage.database, stage.library, stage.publisher, presign, access, Live(postgres), meaning.near)

    async def committed(_group: str, _topic: str) -> dict[int, int]:
        return {}

    looking = Looking(buried=Buried(MemoryShelf(stage.broker)), bulk=Bulk(stage.library, committed))
    taking = stage.taking(tmp_path)
    deps = Deps(settings, *parts, taking, MemoryParts(), known=meaning.known, looking=looking)
    return create_app(deps)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://packshot.test") as made:
        yield made


@pytest.fixture
async def page(app: FastAPI) -> AsyncIterator["Page"]:
    """Chromium, signed in as admin; nothing is opened yet."""
    session = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as program, window(program, address, session) as made:
        yield made
