"""Uploads on the page: a folder is dropped with all that lies in it, and what failed says why and is sent again."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from tests import browser
from tests.integration.catalog_stage import until

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

pytestmark = [
    pytest.mark.broker,
    pytest.mark.timeout(180),
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
]
STORE = "http://127.0.0.1:8333"
"""What the page may send to by its policy; nothing listens there."""


class Store:
    """Takes what a browser sends, once it is up."""

    def __init__(self) -> None:
        self.up, self.took = True, Counter[str]()

    async def take(self, route: "Route") -> None:
        if self.up and route.request.method == "PUT":
            self.took[route.request.url.partition("/inbox/")[2]] += 1
        await route.fulfill(
            status=200 if self.up or route.request.method == "OPTIONS" else 503,
            headers={"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT"},
        )


@pytest.fixture
async def store(app: FastAPI, page: "Page") -> AsyncIterator[Store]:
    async def presign(key: str) -> str:
        return f"{STORE}/inbox/{key}"

    app.state.deps = replace(app.state.deps, presign=presign)
    made = Store()
    await page.route(f"{STORE}/**", made.take)
    await page.goto("/shoots", wait_until="load")
    yield made


async def test_a_folder_is_dropped_with_all_that_lies_in_it(page: "Page", store: Store, tmp_path: Path) -> None:
    shoot, single = tmp_path / "shoot 1", tmp_path / "single.jpg"
    for file in (shoot / "a.jpg", shoot / "day 2" / "b.jpg", shoot / ".DS_Store", single):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"jpeg")
    (tmp_path / "empty").mkdir()
    session = await page.context.new_cdp_session(page)

    async def drop(*paths: Path) -> None:
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            await session.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 400, "data": data})

    await drop(tmp_path / "empty")
    await page.get_by_text("There is no file in it.").wait_for()
    await drop(shoot, single)
    await page.get_by_text("3 files go to the inbox.").wait_for()

    async def all_there() -> bool:
        return store.took.total() == 3

    await until(all_there)
    assert store.took == dict.fromkeys(("shoot%201/a.jpg", "shoot%201/day%202/b.jpg", "single.jpg"), 1)


async def test_what_failed_says_why_and_is_sent_again(page: "Page", store: Store) -> None:
    store.up = False
    files = [{"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": b"jpeg"} for name in "abc"]
    await page.locator("#files").set_input_files(files)  # type: ignore[arg-type]
    rows = page.locator("#uploads")
    await page.get_by_role("button", name="Try all 3 again").wait_for()
    assert await rows.get_by_text("failed: the store answered 503").count() == 3
    await page.get_by_role("button", name="Leave c.jpg").click()
    await page.get_by_role("button", name="Try all 2 again").click()
    await page.get_by_role("button", name="Try all 2 again").wait_for()
    store.up = True
    await page.get_by_role("button", name="Try a.jpg again").click()
    await rows.get_by_text("in the inbox").wait_for()
    await page.get_by_role("button", name="Try b.jpg again").click()
    await rows.get_by_text("in the inbox").nth(1).wait_for()
    assert store.took == {"a.jpg": 1, "b.jpg": 1} and not await page.get_by_role("button", name="Try").count()
