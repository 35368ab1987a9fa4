"""The command palette: what is offered to whom, and that keys alone lead there."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
import pytest
from fastapi import FastAPI

from services.catalog.api.access import COOKIE, Access
from services.catalog.scope import Scope
from tests import browser
from tests.chromium import chromium, window
from tests.integration.catalog_client import FIRST
from tests.integration.catalog_door import listening

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]


@pytest.fixture
async def page(app: FastAPI) -> AsyncIterator["Page"]:
    session = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as program, window(program, address, session) as made:
        yield made


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", '/audit"'),
        ("keys api", '/keys"'),
        ("red-42", '/products/RED-42"'),
        ("boot", "blue boot.jpg"),
        ("autumn", '/shoots/autumn"'),
        (FIRST, f'/assets/{FIRST}"'),
        ("no such thing", '/?q=no%20such%20thing"'),
    ],
)
async def test_it_offers_what_may_be_meant(client: httpx.AsyncClient, text: str, offered: str) -> None:
    client.cookies.set(COOKIE, Access("secret").session())
    told = await client.get("/go", params={"q": text})
    assert told.status_code == 200 and offered in told.text


async def test_it_offers_nothing_that_one_may_not_see(client: httpx.AsyncClient) -> None:
    client.cookies.set(COOKIE, Access("secret").session("Anna", "viewer", Scope(("elsewhere",))))
    for text in ("", "red", "autumn", "keys", FIRST):
        told = (await client.get("/go", params={"q": text})).text
        assert not any(one in told for one in ("/keys", "/products/", "/shoots/", f"/assets/{FIRST}", "/audit")), text
    client.cookies.set(COOKIE, Access("secret").session("Ed", "editor"))
    told = (await client.get("/go")).text
    assert "Add a tag" in told and not any(one in told for one in ('"/shares"', "Share by a link", "Approve"))
    client.cookies.clear()
    assert (await client.get("/go")).status_code == 401


@pytest.mark.skipif(browser.program() is None, reason="no chromium here")
async def test_keys_alone_lead_there(page: "Page") -> None:
    await page.goto("/", wait_until="domcontentloaded")
    box, options = page.locator("#palette-box"), page.locator("#palette-list [role=option]")
    await page.keyboard.press("Control+k")
    await options.first.wait_for()
    assert await box.get_attribute("aria-activedescendant") == "go-option-1"
    assert not await page.locator("#palette-list").get_by_text("Add a tag").count()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    third = page.locator("#palette-list [aria-selected=true]")
    assert await third.get_attribute("id") == "go-option-3" == await box.get_attribute("aria-activedescendant")
    await page.keyboard.press("Escape")
    await box.wait_for(state="hidden")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("RED-42")
    await page.keyboard.press("Enter")  # before the list has followed
    await page.wait_for_url("**/products/RED-42", wait_until="domcontentloaded")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("all keys")
    await page.locator("#palette-list").get_by_text("All keys, and signing out").wait_for()
    await page.keyboard.press("Enter")
    await page.locator("#keys[open]").wait_for()
