"""The large part of an asset's page in Chromium: come close to a picture, read a document, by pointer and by keys."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pyvips
from fastapi import FastAPI

from services.catalog.api.access import COOKIE, Access
from tests import browser
from tests.chromium import chromium, window
from tests.integration.catalog_client import FIRST, SECOND, THIRD
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import SHA, Stage, change, facet, picture, until

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]
in_chromium = pytest.mark.skipif(browser.program() is None, reason="no chromium here")
TEXT = "Unpack the lamp.\fPlug it in.\fThe lamp glows."
PLACE = "image => { const box = image.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; }"


def drawn(width: int, height: int) -> bytes:
    """A picture whose columns differ."""
    made: bytes = pyvips.Image.xyz(width, height)[0].cast("uchar").copy(interpretation="b-w").webpsave_buffer()
    return made


def size(preset: str, width: int, height: int, **more: Any) -> dict[str, Any]:
    about = {"channel": "webshop", "recipe": preset, "format": "webp", "bytes": len(drawn(width, height))}
    key = f"renditions/{SHA}/{preset}.webp"
    return {"preset": preset, "width": width, "height": height, "key": key, **about, **more}


@pytest.fixture
async def shown(stage: Stage) -> Stage:
    """The first is a picture in three sizes, the second a document of three pages, of which two are pictured."""
    sizes = [size("web", 300, 200), size("zoom", 900, 600)]
    pages = [size(f"page-{n}", 120, 170, page=n) for n in (1, 2)]
    about = {"sha256": SHA, "text": f"text/{SHA}.txt", "facts": {"document": {"pages": 3, "made": 3, "title": ""}}}
    made = {"sha256": SHA, "width": 1500, "height": 1000, "renditions": sizes}
    file = {"sha256": SHA, "bytes": 5, "media_type": "image/webp", "kind": "image", "key": "red.webp"}
    facets = [
        facet(FIRST, "renditions", made, revision=2),
        facet(FIRST, "file", file, revision=2),
        facet(SECOND, "renditions", {**about, "renditions": pages}, revision=2),
    ]
    await stage.put([change(one) for one in facets])
    for one in (*sizes, *pages):
        await stage.library.put(one["key"], drawn(one["width"], one["height"]))
    await stage.library.put(f"originals/{SHA}", drawn(1500, 1000))
    await stage.library.put(f"text/{SHA}.txt", TEXT.encode())
    return stage


@pytest.fixture
async def signed(client: httpx.AsyncClient, shown: Stage) -> httpx.AsyncClient:
    client.cookies.set(COOKIE, Access("secret").session())
    return client


async def test_a_document_is_read_without_scripts_too(signed: httpx.AsyncClient) -> None:
    text = (await signed.get(f"/assets/{SECOND}?page=2")).text
    assert 'alt="Page 2 of' in text and "Plug it in." in text and "renditions/page-2?version=1" in text
    text = (await signed.get(f"/assets/{SECOND}?page=3")).text
    assert "Page 3 has no picture: 2 of 3 pages are pictured" in text and '<p tabindex="0">The lamp glows.</p>' in text
    text = (await signed.get(f"/assets/{SECOND}?find=LAMP")).text
    assert "2 places: “LAMP”" in text and text.count("<mark>lamp</mark>") == 3
    assert "Nowhere: “&lt;b&gt;”" in (await signed.get(f"/assets/{SECOND}", params={"find": "<b>"})).text


async def test_only_documents_have_pages(signed: httpx.AsyncClient) -> None:
    part = await signed.get(f"/assets/{SECOND}/pages?page=2")
    assert part.status_code == 200 and "<html" not in part.text
    assert (await signed.get(f"/assets/{FIRST}/pages")).status_code == 404
    assert "data-reader" not in (await signed.get(f"/assets/{FIRST}?page=2")).text
    assert (await signed.get(f"/assets/{THIRD}?page=0")).status_code == 422
    signed.cookies.clear()
    assert (await signed.get(f"/assets/{SECOND}/pages")).status_code == 401


@pytest.fixture
async def page(shown: Stage, app: FastAPI) -> AsyncIterator["Page"]:
    cookies = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as started, window(started, address, cookies) as made:
        yield made


async def place(page: "Page") -> list[float]:
    found: list[float] = await page.locator(".lens img").evaluate(PLACE)
    return found


async def source(page: "Page", part: str) -> None:
    """Wait until that file is shown."""
    await page.locator(f'.lens img[src*="{part}"]').wait_for()


@in_chromium
async def test_a_picture_is_come_close_to_by_wheel_drag_and_keys(page: "Page") -> None:
    await page.goto(f"/assets/{FIRST}", wait_until="domcontentloaded")
    lens = page.locator(".lens.laid")
    await lens.wait_for()
    await source(page, "renditions/zoom")  # 300 pixels are too few for the window
    left, top, width, height = await place(page)
    assert width / height == pytest.approx(1.5, abs=0.01) and 300 < width <= 900
    x, y = left + width * 0.8, top + height * 0.4
    await page.mouse.move(x, y)
    await page.mouse.wheel(0, -1200)
    await page.locator(".lens.near").wait_for()
    await source(page, "/original")
    near = await place(page)
    assert near[2] > 2 * width
    assert (x - near[0]) / near[2] == pytest.approx(0.8, abs=0.01), "what is under the pointer stays there"
    await page.mouse.down()
    await page.mouse.move(x - 60, y, steps=3)
    await page.mouse.up()
    assert (await place(page))[0] == pytest.approx(near[0] - 60, abs=2)
    await page.keyboard.press("Escape")  # the page that we came from is not gone back to
    assert (await place(page))[2] == pytest.approx(width, abs=1)
    await lens.press("1")
    assert await page.locator("[data-lens-told]").text_content() == "100 %"
    before = (await place(page))[0]
    await lens.press("ArrowLeft")
    assert (await place(page))[0] > before
    await page.get_by_role("button", name="Zoom out").click()
    assert (await place(page))[2] == pytest.approx(1500 / 1.4, abs=2)
    await page.locator('[data-lens-do="fit"]').click()
    await page.mouse.move(left + 40, top + 40)
    await page.mouse.wheel(0, 300)

    async def scrolled() -> bool:
        return bool(await page.evaluate("scrollY") > 0)

    await until(scrolled)
    assert (await place(page))[2] == pytest.approx(width, abs=1), "who sees all of it scrolls the page"


@in_chromium
async def test_a_document_is_read_by_keys_and_said_aloud(page: "Page") -> None:
    await page.goto(f"/assets/{SECOND}", wait_until="domcontentloaded")
    await page.locator(".lens.laid").wait_for()
    await page.keyboard.press("ArrowRight")
    await page.locator('[data-reader][data-page="2"]').wait_for()
    await source(page, "renditions/page-2")
    said = page.locator("#said")
    assert await said.text_content() == "Page 2 of 3." and page.url.endswith("?page=2")
    await page.locator("#reader-find").fill("lamp")
    await page.locator("#reader-find").press("ArrowLeft")  # in a field it is the cursor's
    await page.locator("#reader-find").press("Enter")
    await page.locator(".hits li").nth(1).wait_for()
    assert await said.text_content() == "Page 1 of 3. 2 places: “lamp”."
    await page.locator(".hits a").nth(1).click()
    await page.get_by_text("Page 3 has no picture").wait_for()
    assert await page.locator(".page-text mark").text_content() == "lamp"
    await page.reload(wait_until="domcontentloaded")  # the address leads to where we were
    await page.locator('[data-reader][data-page="3"]').wait_for()


@in_chromium
async def test_pages_of_two_versions_are_compared_while_the_rest_fills_in(page: "Page", shown: Stage) -> None:
    again = [
        *(one.model_copy(update={"version": 2}) for one in picture(SECOND, "guide.pdf")[:2]),
        facet(SECOND, "renditions", {"sha256": SHA, "renditions": [size("page-1", 120, 170, page=1)]}, version=2),
    ]
    await shown.put([change(one) for one in again])
    await page.goto(f"/assets/{SECOND}", wait_until="domcontentloaded")
    await page.locator('[data-compare="1"]').click()
    await page.locator('[data-pane="old"][src*="page-1?version=1"]').wait_for()
    await page.locator('[data-pane="new"][src*="page-1?version=2"]').wait_for()
    await page.evaluate("document.dispatchEvent(new Event('refill'))")
    await page.locator("#compare-page").fill("2")
    await page.locator('[data-pane="old"][src*="page-2?version=1"]').wait_for()
    await page.get_by_text("Version 2 has no picture of page 2.").wait_for()
    await page.locator("#compare-over").check()
    await page.locator("#compare-slide input").press("Home")
    seen = "one => parseInt(one.style.getPropertyValue('--seen'))"
    sides = page.locator("#compare-sides")
    assert await sides.evaluate(seen) == 100
    box = await sides.bounding_box()
    assert box
    await page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 40)
    assert await sides.evaluate(seen) == pytest.approx(25, abs=2), "the line stands where it was dragged to"
    await page.keyboard.press("Escape")
    await page.locator("#compare").wait_for(state="hidden")


@in_chromium
async def test_words_of_a_scan_are_marked_where_they_stand(page: "Page", shown: Stage) -> None:
    about = {
        "sha256": SHA,
        "facts": {"document": {"pages": 1, "made": 1}},
        "renditions": [size("page-1", 120, 170, page=1)],
    }
    lines = [
        {"text": text, "confidence": 0.9, "box": [0.25, top, 0.5, 0.1]} for text, top in (("Plug", 0.1), ("Lamp", 0.5))
    ]
    facets = [facet(SECOND, "renditions", about, revision=3), facet(SECOND, "tags.later", {"text": lines}, revision=3)]
    await shown.put([change(one) for one in facets])
    await page.goto(f"/assets/{SECOND}?find=lamp")
    await page.locator(".lens.laid").wait_for()
    for key in ("0", "+"):
        await page.locator(".lens").press(key)
        x, y, width, height = await place(page)
        (mark,) = await page.locator("[data-lens-marks] rect").all()
        where = [x + 0.25 * width, y + 0.5 * height, 0.5 * width, 0.1 * height]
        assert await mark.evaluate(PLACE) == pytest.approx(where, abs=2), key
