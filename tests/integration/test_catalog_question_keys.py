"""Two hundred files of ten causes, decided on the page: the keys that are pressed are counted."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import pytest
from fastapi import FastAPI

from schemas.decision import Decision
from schemas.facet import Facet
from services.catalog import rebuild
from services.catalog.api.access import COOKIE, Access
from services.linker.deciding import decided
from tests import browser
from tests.chromium import chromium, window
from tests.fakes.hoodies import look, product
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import Stage, change, facet, picture

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [
    pytest.mark.broker,
    pytest.mark.timeout(300),
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
]
SHOP = [product(f"JACKET-{at}{at}30-NORTH") for at in range(1, 10)]
SLIPS = {f"jacket-{at}{at}3{at}-north": {f"JACKET-{at}{at}30-NORTH"} for at in range(1, 6)}
PAIRS = {
    f"jacket-{at}{at}30-north_jacket-{at + 1}{at + 1}30-north": {
        f"JACKET-{at}{at}30-NORTH",
        f"JACKET-{at + 1}{at + 1}30-NORTH",
    }
    for at in range(1, 6)
}
FILES = {
    f"{name}_{role}_{n}.jpg": meant
    for name, meant in {**SLIPS, **PAIRS}.items()
    for role in ("front", "back")
    for n in range(1, 11)
}
"""Name → what it shows: five articles with a wrong digit in their names, five pairs of articles in one picture."""


NEVER_AGAIN = """const later = window.setTimeout;
window.setTimeout = (what, ms, ...more) => (ms === 15000 ? 0 : later(what, ms, ...more));"""
"""Nobody folds decisions here, so what was answered would be asked again, a while later."""


def _asset(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


@pytest.fixture
async def page(app: FastAPI, stage: Stage) -> AsyncIterator["Page"]:
    await rebuild.empty(stage.database)
    facets: list[Facet] = []
    for name in FILES:
        links = facet(_asset(name), "links", decided(look(name, shop=SHOP), {}).model_dump(mode="json"))
        facets += [links if one.facet == "links" else one for one in picture(_asset(name), f"autumn/{name}")]
    await stage.put(list(map(change, facets)))
    session = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as program, window(program, address, session) as made:
        yield made


async def test_ten_keys_decide_two_hundred_files(page: "Page", stage: Stage) -> None:
    assert len(FILES) == 200
    await page.add_init_script(NEVER_AGAIN)
    await page.goto("/questions", wait_until="domcontentloaded")
    asked = page.locator("[data-question]:not([hidden])")
    await page.locator("[data-question]:focus").wait_for()
    left, pressed = await asked.count(), 0
    assert left == 10
    while left:
        both = page.locator("[data-question]:focus").get_by_text("Both", exact=True)
        await page.keyboard.press("3" if await both.count() else "1")
        pressed, left = pressed + 1, left - 1
        await page.wait_for_function(
            "count => document.querySelectorAll('[data-question]:not([hidden])').length === count", arg=left
        )
    assert pressed <= 20
    async with asyncio.timeout(60):
        while len(stage.told()) < len(FILES):  # noqa: ASYNC110 - Kafka's fake tells nobody
            await asyncio.sleep(0.1)
    said = [Decision.model_validate(json.loads(one.value or b"")["data"]) for one in stage.told()]
    confirmed = {
        one.entity: {name.removeprefix("link:") for name, word in one.set.items() if word == "confirmed"}
        for one in said
    }
    assert confirmed == {f"asset/{_asset(name)}": meant for name, meant in FILES.items()}
    async with page.expect_request("**/v1/batches/*/undo") as undone:
        await page.keyboard.press("u")
    assert (await undone.value).url.split("/")[-2] in {one.batch for one in said}
