"""What people do on the page, in a browser beside the real services."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from services.catalog.api.access import COOKIE, Access
from tests.chromium import chromium, window
from tests.e2e.harness import Pipeline

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

LATE_S = 240.0


@asynccontextmanager
async def people(pipeline: Pipeline) -> AsyncIterator[tuple["Page", "Page"]]:
    """The window of somebody who is signed in to the catalogue, and that of a stranger."""
    address = f"http://127.0.0.1:{pipeline.member('catalog').http_port}"
    session = {COOKIE: Access(pipeline.stack.secrets.admin_key).session()}
    async with (
        chromium() as browser,
        window(browser, address, session) as own,
        window(browser, address, {}) as stranger,
    ):
        yield own, stranger


async def upload(page: "Page", name: str, body: bytes) -> None:
    """By the page's own button."""
    await page.locator("#files").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": body})


async def shows(page: "Page", path: str, what: "Locator") -> None:
    """Open it again and again until it shows that: some things are worked out in spare time."""
    started = time.monotonic()
    while True:
        await page.goto(path)
        if await what.count():
            return
        assert time.monotonic() - started < LATE_S, f"{path} never shows {what}"
        await asyncio.sleep(0.5)
