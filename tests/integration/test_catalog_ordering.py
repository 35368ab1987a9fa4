"""A product's pictures are dragged to their places, by pointer and by keys, and whoever cannot see is told."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from services.catalog.api.access import COOKIE, Access
from tests import browser
from tests.chromium import chromium, window
from tests.integration.catalog_client import FIRST, SECOND, THIRD
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import Stage, change, media, until

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(180),
]


@pytest.fixture
async def page(stage: Stage, app: FastAPI) -> AsyncIterator["Page"]:
    """Both sizes have the same three pictures."""
    await stage.put([change(media(sku, FIRST, SECOND, THIRD, revision=5)) for sku in ("RED-42", "RED-43")])
    cookies = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as started, window(started, address, cookies) as made:
        await made.goto("/products/RED", wait_until="domcontentloaded")
        await made.locator("[data-order] li").nth(2).wait_for()
        yield made


async def shown(page: "Page") -> list[str | None]:
    return [await one.get_attribute("data-asset") for one in await page.locator("[data-order] > li").all()]


async def drag(page: "Page", item: "Locator", to: "Locator") -> None:
    """By its middle to below the other's, and hold it there."""
    await page.locator("[data-order]").evaluate("list => list.scrollIntoView({block: 'center'})")
    boxes = await item.bounding_box(), await to.bounding_box()
    assert boxes[0] and boxes[1]
    await page.mouse.move(boxes[0]["x"] + 200, boxes[0]["y"] + boxes[0]["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(boxes[1]["x"] + 200, boxes[1]["y"] + boxes[1]["height"] - 4, steps=6)


def orders(stage: Stage) -> list[list[str]]:
    return [said["set"]["order"] for said in stage.said("decisions") if "order" in said["set"]]


async def test_a_picture_is_dragged_to_its_place_and_that_is_saved_once(page: "Page", stage: Stage) -> None:
    items = page.locator("[data-order] > li")
    await drag(page, items.nth(0), items.nth(2))
    assert await shown(page) == [SECOND, THIRD, FIRST]
    await page.keyboard.press("Escape")
    await page.mouse.up()
    assert await shown(page) == [FIRST, SECOND, THIRD] and "place 1 of 3" in (
        await page.locator("#said").text_content() or ""
    )
    await drag(page, items.nth(0), items.nth(1))
    await page.mouse.up()
    assert await shown(page) == [SECOND, FIRST, THIRD]

    async def both() -> bool:
        return len(orders(stage)) == 2  # one decision a size

    await until(both)
    assert orders(stage) == [[SECOND, FIRST, THIRD]] * 2


async def test_arrows_move_it_and_say_where_it_is(page: "Page", stage: Stage) -> None:
    last = page.locator(f'[data-order] > li[data-asset="{THIRD}"]')
    await last.press("ArrowUp")
    said = page.locator("#said")
    assert "place 2 of 3" in (await said.text_content() or "")
    await last.press("ArrowUp")
    assert "the main picture, place 1 of 3" in (await said.text_content() or "")
    assert await last.evaluate("item => item === document.activeElement")
    await last.press("ArrowUp")  # it is the first already
    assert await shown(page) == [THIRD, FIRST, SECOND]

    async def saved() -> bool:
        return orders(stage) == [[THIRD, FIRST, SECOND]] * 2

    await until(saved)
    await page.get_by_text("The order is saved. u takes it back.").wait_for()
    await last.press("ArrowDown")
    await last.press("u")  # at once: what was moved last is saved, and that is taken back
    await page.locator("#toast", has_text="Taken back: the pictures stand as they did before.").wait_for()
    assert await said.text_content() == "The pictures stand as they did before."
    assert sorted(orders(stage)) == [[FIRST, THIRD, SECOND]] * 2 + [[THIRD, FIRST, SECOND]] * 4


async def test_a_finger_drags_at_the_handle_only(page: "Page") -> None:
    touch = """([asset, by, part]) => {
      const item = document.querySelector(`[data-order] > [data-asset="${asset}"]`), box = item.getBoundingClientRect();
      const target = part ? item.querySelector(part) : item;
      const at = y => ({bubbles: true, pointerType: "touch", clientX: box.x + 9, clientY: box.y + y});
      const fire = (kind, y) => target.dispatchEvent(new PointerEvent(kind, at(y)));
      item.setPointerCapture = () => {};
      fire("pointerdown", 30); fire("pointermove", 30 + by); fire("pointerup", 30 + by);
    }"""
    await page.evaluate(touch, [FIRST, 90, ""])
    assert await shown(page) == [FIRST, SECOND, THIRD]
    await page.evaluate(touch, [FIRST, 90, "[data-handle]"])
    assert await shown(page) == [SECOND, FIRST, THIRD]
