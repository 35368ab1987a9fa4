"""Chromium under Playwright: the system's own, by its path, for none is downloaded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.browser import program

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
WAIT_MS = 30_000
"""So long an action waits for what it is about: all of CI's tests run at once."""


@asynccontextmanager
async def chromium() -> AsyncIterator["Browser"]:
    """A browser; it ends with the block."""
    from playwright.async_api import async_playwright  # the modules of tests that only say who needs it load without

    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program(), args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def window(browser: "Browser", address: str, cookies: dict[str, str]) -> AsyncIterator["Page"]:
    """A page of somebody who has these cookies there. Fails where a script of ours did."""
    context: BrowserContext = await browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT_MS)
    await context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    await context.close()
    assert not faults, faults
