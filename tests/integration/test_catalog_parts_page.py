"""A big file on the page goes up in parts: paused, gone on with after a reload, and nothing sent twice."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from services.catalog.api.access import COOKIE, Access
from services.catalog.inbound.parts import LEAST_BYTES
from tests import browser
from tests.chromium import chromium, window
from tests.fakes.parts import MemoryParts
from tests.integration.catalog_door import listening

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

pytestmark = [
    pytest.mark.broker,
    pytest.mark.timeout(300),
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
]
LONG_MS = 120_000
"""64 MB through a browser, on a machine that does much else."""
SIZE = 64 * 1024 * 1024 + 5
STORE = "http://127.0.0.1:8333"
"""What the page may send to by its policy; nothing listens there."""
BROKEN = """() => { const all = JSON.parse(localStorage["packshot-parts"]);
  for (const one of Object.values(all)) one.at = 0; localStorage["packshot-parts"] = JSON.stringify(all); }"""


class Store(MemoryParts):
    """Takes the parts that a browser sends; the third once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.took = Counter[int]()
        self.third, self.asked = asyncio.Event(), asyncio.Event()

    async def url(self, key: str, upload: str, number: int) -> str:
        return f"{STORE}/inbox/{key}?uploadId={upload}&partNumber={number}"

    async def take(self, route: "Route") -> None:
        found = re.search(r"/inbox/(.+)\?uploadId=(.+)&partNumber=(\d+)", route.request.url)
        assert found
        number = int(found[3])
        if number == 3 and not self.third.is_set():
            self.asked.set()
            return  # never answered
        self.took[number] += 1
        self.put(found[1], found[2], number, bytes(min(LEAST_BYTES, SIZE - (number - 1) * LEAST_BYTES)))
        await route.fulfill(status=200, headers={"Access-Control-Allow-Origin": "*"})


BESIDE_A_CAUSE = """() => {
  const [name, state] = document.querySelector("#uploads > div").children;
  state.textContent = "refused: " + "This is a web page and no picture. ".repeat(4);
  return name.getBoundingClientRect().width;
}"""


@pytest.fixture
def store(app: FastAPI) -> Store:
    made = Store()
    app.state.deps = replace(app.state.deps, parts=made)
    return made


@pytest.fixture
async def page(app: FastAPI, store: Store) -> AsyncIterator["Page"]:
    session = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as program, window(program, address, session) as made:
        await made.route(f"{STORE}/**", store.take)
        yield made


async def test_it_is_paused_and_goes_on_after_a_reload(page: "Page", store: Store, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(SIZE)
    await page.goto("/?folder=autumn", wait_until="domcontentloaded")
    await page.locator("#files").set_input_files(film)
    await store.asked.wait()
    await page.get_by_role("button", name="Pause film.mp4").click()
    await page.get_by_text("paused at 49 %").wait_for()
    await page.evaluate(BROKEN)
    await page.goto("/?folder=autumn", wait_until="domcontentloaded")
    await page.locator("#uploads").get_by_text("broke off at 49 %").wait_for()
    store.third.set()
    await page.locator("#files").set_input_files(film)
    await page.locator("#uploads").get_by_text("in the inbox").wait_for(timeout=LONG_MS)
    assert {key: len(body) for key, body in store.files.items()} == {"autumn/film.mp4": SIZE}
    assert store.took == dict.fromkeys(range(1, 6), 1)
    assert await page.evaluate('localStorage["packshot-parts"]') == "{}"
    assert await page.evaluate(BESIDE_A_CAUSE) > 100


async def test_in_another_folder_it_begins_anew(page: "Page", store: Store, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(SIZE)
    await page.goto("/?folder=autumn", wait_until="domcontentloaded")
    await page.locator("#files").set_input_files(film)
    await store.asked.wait()
    await page.evaluate(BROKEN)
    await page.goto("/?folder=winter", wait_until="domcontentloaded")
    store.third.set()
    await page.locator("#files").set_input_files(film)
    await page.locator("#uploads").get_by_text("in the inbox").wait_for(timeout=LONG_MS)
    assert set(store.files) == {"winter/film.mp4"}


async def test_what_broke_off_can_be_given_up(page: "Page", store: Store, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(SIZE)
    await page.goto("/", wait_until="domcontentloaded")
    await page.locator("#files").set_input_files(film)
    await store.asked.wait()
    await page.evaluate(BROKEN)
    await page.goto("/activity", wait_until="domcontentloaded")
    await page.get_by_role("button", name="Give up").click()
    await page.get_by_text("film.mp4 was given up.").wait_for()
    assert await store.unfinished() == []
