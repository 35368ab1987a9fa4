"""Where uploads go: chosen by keys among known folders or typed, the same for what is dropped, and remembered.

The library's own numbers follow what comes.
"""

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI

from tests import browser
from tests.integration.catalog_stage import Stage, change, picture

if TYPE_CHECKING:
    from playwright.async_api import FileChooser, Page, Route

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(180),
]
NEW = "90000000-0000-5000-8000-00000000000e"
FILE: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"jpeg"}
DROP = """() => {
  const data = new DataTransfer();
  data.items.add(new File(["jpeg"], "b.jpg", { type: "image/jpeg" }));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def asked() -> list[str]:
    """Keys that an upload was asked for."""
    return []


@pytest.fixture
async def page(page: "Page", asked: list[str]) -> "Page":
    async def given(route: "Route") -> None:
        body: Any = route.request.post_data_json
        asked.append(body["key"])
        await route.fulfill(json={"url": "/put", "key": asked[-1], "expires": "2099-01-01T00:00:00Z"})

    await page.route("**/v1/uploads", given)
    await page.route("**/put", lambda route: route.fulfill(body=""))
    return page


async def dropped(page: "Page", path: str, shown: str) -> None:
    """One file onto that page, which says where it goes."""
    async with page.expect_response("**/v1/live"):
        await page.goto(path)
    assert await page.locator("#drop-words").text_content() == f"Drop to add to {shown}"
    async with page.expect_response("**/put"):
        await page.evaluate(DROP)


async def test_a_folder_is_chosen_by_keys_and_holds_for_what_is_dropped(page: "Page", asked: list[str]) -> None:
    choosers: asyncio.Queue[FileChooser] = asyncio.Queue()
    page.on("filechooser", choosers.put_nowait)
    async with page.expect_response("**/v1/live"):
        await page.goto("/products")
    async with page.expect_response("**/v1/shoots*"):
        await page.get_by_role("button", name="Upload").press("Enter")
    box = page.get_by_label("Into the folder")
    assert await box.evaluate("box => box === document.activeElement")
    await page.locator('#upload-folders option[value="autumn"]').wait_for(state="attached")
    await page.keyboard.type("/winter/day 2/")
    await page.keyboard.press("Enter")
    chooser = await choosers.get()
    async with page.expect_response("**/put"):
        await chooser.set_files(FILE)
    assert not await page.locator("#upload").is_visible()
    await dropped(page, "/products", "winter/day 2")
    await dropped(page, "/?folder=autumn", "autumn")
    await dropped(page, "/", "winter/day 2")
    assert asked == ["winter/day 2/a.jpg", "winter/day 2/b.jpg", "autumn/b.jpg", "winter/day 2/b.jpg"]


async def test_the_numbers_of_the_library_follow_what_comes(page: "Page", stage: Stage, app: FastAPI) -> None:
    async with page.expect_response("**/v1/live"):
        await page.goto("/")
    assert "3 files" in await page.locator("h1").inner_text()
    folder = page.locator("#facets").get_by_role("link", name="winter")
    assert await folder.count() == 0
    await stage.put([change(one) for one in picture(NEW, "winter/new.jpg")])
    app.state.deps.live.tell({"event": "asset", "data": {"id": NEW, "state": "complete"}})
    await page.locator("h1", has_text="4 files").wait_for()
    await folder.wait_for()
