"""The grid in Chromium: any number of pictures in chunks, of which only those in sight are laid out."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI

from services.catalog.api.access import COOKIE, Access
from tests import browser
from tests.chromium import chromium, window
from tests.integration.catalog_client import FIRST, SECOND, THIRD
from tests.integration.catalog_door import listening

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [
    pytest.mark.broker,
    pytest.mark.timeout(300),
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
]
CHUNKS = """const module = document.querySelector('script[src$="app.js"]').src.replace("app.js", "chunks.js");
const {append, balance, onward, prepend} = await import(module);
const sizes = list => [...list.children].map(chunk => chunk.childElementCount);
const order = list => [...list.querySelectorAll("i")].map(one => Number(one.title));
const one = title => Object.assign(document.createElement("i"), {title});
const made = (from, to) => Array.from({length: to - from}, (_, n) => one(from + n));
"""
FILLED = f"""async () => {{ {CHUNKS}
  const list = document.createElement("div"), told = [];
  for (let from = 0; from < 300; from += 60) append(list, made(from, from + 60));
  told.push(sizes(list), order(list).every((one, n) => one === n));
  prepend(list, made(-1, 0)[0]);
  told.push(sizes(list), order(list).every((one, n) => one === n - 1));
  for (const one of [...list.querySelectorAll("i")].slice(100, 230)) one.remove();
  balance(list);
  told.push(sizes(list), order(list).slice(98, 102), order(list).length);
  const [first, last] = [list.querySelector("i"), [...list.querySelectorAll("i")].at(-1)];
  const at = (cell, steps) => Number(onward(list, cell, steps).title);
  told.push([at(null, 5), at(first, 120), at(first, 119), at(last, -60), at(first, -1), at(last, 8)]);
  told.push(onward(document.createElement("div"), null, 1));
  return told;
}}"""
HEIGHTS = f"""async () => {{ {CHUNKS}
  const list = document.getElementById("grid"), cell = list.querySelector(".cell");
  append(list, Array.from({{length: 300}}, () => cell.cloneNode(true)));
  const chunk = list.firstElementChild;
  const high = how => {{ chunk.style.contentVisibility = how; return chunk.getBoundingClientRect().height; }};
  const found = [high("visible"), high("hidden"), getComputedStyle(chunk).getPropertyValue("--columns")];
  for (const one of list.querySelectorAll(".chunk + .chunk")) one.remove();
  return [...found, document.documentElement.scrollWidth <= innerWidth];
}}"""


@pytest.fixture
async def page(app: FastAPI) -> AsyncIterator["Page"]:
    session = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as program, window(program, address, session) as made:
        await made.goto("/", wait_until="domcontentloaded")
        yield made


async def test_chunks_are_full_but_the_last_whatever_comes_and_goes(page: "Page") -> None:
    filled, as_put, pushed, in_order, pulled, around, left, steps, none = await page.evaluate(FILLED)
    assert (filled, as_put) == ([120, 120, 60], True)
    assert (pushed, in_order) == ([120, 120, 61], True)
    assert (pulled, around, left) == ([120, 51], [97, 98, 229, 230], 171)
    assert steps == [-1, 249, 248, 239, -1, 299]
    assert none is None


COLUMNS = {360: 2, 390: 3, 800: 4, 1280: 5, 1440: 6, 1920: 8, 2560: 10}
"""Width of the window → pictures in a row."""


async def test_what_is_not_laid_out_is_as_high_as_it_would_be(page: "Page") -> None:
    for width, columns in COLUMNS.items():
        await page.set_viewport_size({"width": width, "height": 900})
        drawn, left_out, told, fits = await page.evaluate(HEIGHTS)
        assert abs(drawn - left_out) < 1 < drawn, (width, drawn, left_out)
        assert (int(told), 120 % columns, fits) == (columns, 0, True), width


async def test_arrows_go_from_picture_to_picture(page: "Page") -> None:
    order = await page.locator(".cell").evaluate_all("all => all.map(one => one.dataset.id)")
    assert set(order) == {FIRST, SECOND, THIRD}
    for key, place in (("ArrowRight", 0), ("ArrowRight", 1), ("ArrowDown", 2), ("ArrowLeft", 1), ("ArrowUp", 0)):
        await page.locator("#grid").press(key)
        assert await page.locator(".cell.here").get_attribute("data-id") == order[place]
