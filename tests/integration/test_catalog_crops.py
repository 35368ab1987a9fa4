"""The crop view in Chromium: every shape at once, the focal point and a crop set by keys and pointer, said as one."""

import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest
import pyvips
from fastapi import FastAPI

from services.catalog.api.access import COOKIE, Access
from services.catalog.api.deps import Deps
from tests import browser
from tests.chromium import chromium, window
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import SHA, Stage, change, facet, until

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(180),
]
SQUARE = [0.1667, 0.0, 0.6667, 1.0]
SHOWN = """shape => {
  const img = document.querySelector(`[data-shape="${shape}"] .sheet > span img`);
  return img && [img.style.left, img.style.width].map(parseFloat);
}"""


@pytest.fixture
async def cut(stage: Stage) -> Stage:
    """The first picture is 600 x 400; made of it: a web size, a square, a padded screen, and a portrait that lies on a
    sheet, for a cut would have harmed the product."""
    sizes = {
        "web": (300, 200, None, "fit"),
        "square": (200, 200, SQUARE, "fill"),
        "screen": (320, 180, None, "pad"),
        "portrait": (200, 250, None, "fill"),
    }
    made: list[dict[str, Any]] = []
    for name, (width, height, seen, mode) in sizes.items():
        key = f"renditions/{FIRST}/{name}.png"
        await stage.library.put(key, pyvips.Image.black(width, height).pngsave_buffer())
        about = {"preset": name, "channel": "webshop", "recipe": name, "key": key, "format": "png", "bytes": 5}
        made.append({**about, "width": width, "height": height, "window": seen, "mode": mode})
    told = {"sha256": SHA, "width": 600, "height": 400, "renditions": made}
    await stage.put([change(facet(FIRST, "renditions", told, revision=2))])
    return stage


@pytest.fixture
async def page(cut: Stage, app: FastAPI) -> AsyncIterator["Page"]:
    async with (
        listening(app) as address,
        chromium() as browser,
        window(browser, address, {COOKIE: Access("secret").session()}) as opened,
    ):
        async with opened.expect_response("**/v1/live"):  # from then on it is told what changes
            await opened.goto(f"/assets/{FIRST}/crops")
        yield opened


async def how(page: "Page", shape: str) -> str:
    """What its card says becomes of the picture."""
    return await page.locator(f'[data-shape="{shape}"] [data-how]').inner_text()


async def saved(page: "Page", stage: Stage) -> dict[str, Any]:
    """Presses Save; returns what was said of the picture."""

    def said() -> list[dict[str, Any]]:
        return [one for one in stage.said("decisions") if one["entity"] == f"asset/{FIRST}"]

    before = len(said())
    await page.get_by_role("button", name="Save").click()

    async def told() -> bool:
        return len(said()) > before

    await until(told)
    return said()[-1]


async def test_a_focal_point_is_set_by_keys_and_shown_on_what_it_cuts(page: "Page", cut: Stage) -> None:
    shapes = await page.locator("[data-shape]").evaluate_all("all => all.map(one => one.dataset.shape)")
    assert shapes == ["focal", "all", "square", "screen", "portrait"]
    assert (await how(page, "portrait")).startswith("The whole picture on a sheet")
    await page.locator("#crop-dot").focus()
    for _ in range(10):
        await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Alt+ArrowUp")
    left, width = await page.evaluate(SHOWN, "square")
    assert (left, width) == (pytest.approx(0, abs=0.1), pytest.approx(150, abs=0.1))  # it lies at the left edge
    assert await page.evaluate(SHOWN, "screen") is None, "a padded one shows all, wherever the point is"
    _, cut_width = await page.evaluate(SHOWN, "portrait")
    assert cut_width == pytest.approx(187.5, abs=0.1), "what lay on a sheet is cut"
    told = [await how(page, shape) for shape in ("square", "screen", "portrait")]
    assert told == ["Cut around the focal point", "The whole picture on a sheet", "Cut around the focal point"]
    said = await saved(page, cut)
    focal = {"x": 0.3, "y": 0.496}
    assert (said["set"], said["clear"], said["on_version"]) == ({"focal": focal}, [], 1)
    await page.get_by_role("button", name="Reset: Focal point").click()
    again = await saved(page, cut)
    assert (said["expects"], again["expects"], again["clear"]) == ({"focal": None}, {"focal": focal}, ["focal"])
    assert said["batch"] and again["batch"], "u takes it back"


async def test_what_a_colleague_set_meanwhile_stays(page: "Page", cut: Stage) -> None:
    other = {"focal": {"x": 1.0, "y": 0.0}}
    folding = Folding(cut, "asset", before={FIRST: other})
    await page.locator("#crop-dot").press("ArrowDown")
    await saved(page, cut)
    await folding()
    await page.get_by_text("Not taken: somebody set it otherwise meanwhile.").wait_for()
    async with cut.database.reading() as connection:
        told = await connection.fetchval(
            "SELECT data -> 'fields' FROM catalog.facet WHERE asset_id = $1 AND facet = 'curation'", FIRST
        )
    assert json.loads(told) == other


async def test_each_crop_is_moved_and_sized_in_its_own_shape(page: "Page", cut: Stage) -> None:
    await page.locator("#shape-square").check()
    frame = page.locator("#crop-frame")
    assert await frame.get_attribute("aria-label") == "Crop of square"
    await frame.focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Shift+ArrowUp")  # smaller; it stays a square
    await page.locator("#shape-screen").check()
    corner = await page.locator("#crop-frame [data-corner=se]").bounding_box()
    canvas = await page.locator(".easel .canvas").bounding_box()
    assert corner is not None and canvas is not None
    await page.mouse.move(corner["x"] + 6, corner["y"] + 6)
    await page.mouse.down()
    await page.mouse.move(canvas["x"] + canvas["width"] * 0.5, canvas["y"] + canvas["height"] * 0.75, steps=3)
    await page.mouse.up()
    said = (await saved(page, cut))["set"]
    square, screen = said["crop:square"], said["crop:screen"]
    assert square["left"] == pytest.approx(0.1867, abs=0.001) and square["height"] == pytest.approx(0.98, abs=0.001)
    assert square["width"] * 600 == pytest.approx(square["height"] * 400, abs=1)
    assert screen == {
        "left": 0,
        "top": 0,
        "width": pytest.approx(0.5, abs=0.01),
        "height": pytest.approx(0.75, abs=0.01),
    }


async def test_what_is_being_set_is_not_filled_in_anew(page: "Page", cut: Stage, app: FastAPI) -> None:
    deps: Deps = app.state.deps
    filled = "document.addEventListener('filled', () => document.body.classList.add('anew'))"
    await page.evaluate(filled)
    await page.locator("#crop-dot").press("ArrowDown")
    await cut.put([change(facet(FIRST, "curation", {"fields": {"tag:x": "confirmed"}}))])
    async with page.expect_response("**/counts"):
        deps.live.tell({"event": "asset", "data": {"id": FIRST, "state": "ready"}})
    await page.wait_for_timeout(200)
    assert await page.locator("body.anew").count() == 0
    await page.get_by_role("button", name="Undo changes").click()
    assert await page.get_by_role("button", name="Save").is_disabled()
    await page.locator("#shape-square").check()
    await cut.put([change(facet(FIRST, "curation", {"fields": {"focal": {"x": 1, "y": 0}}}, revision=2))])
    deps.live.tell({"event": "asset", "data": {"id": FIRST, "state": "ready"}})
    await page.get_by_role("button", name="Reset: Focal point").wait_for()
    assert await page.locator("#shape-square").is_checked()
    left, _ = await page.evaluate(SHOWN, "square")
    assert left == pytest.approx(-50, abs=0.1), "what another has set shows before it is made"
    viewer = Access("secret").session("Anna", "viewer")
    await page.context.clear_cookies()
    await page.context.add_cookies([{"name": COOKIE, "value": viewer, "url": page.url}])
    await page.goto(page.url)
    assert await page.locator("#crop-dot").is_disabled()
    for what in ("#crop-how", "#crop-save", '[data-shape-reset="focal"]'):
        assert not await page.locator(what).is_visible(), what
