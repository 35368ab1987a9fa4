"""The library at hand: results while typing, many selected by keyboard, a field of all of them edited."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, cast

import pytest
from fastapi import FastAPI

from services.catalog.api.access import COOKIE, Access
from services.catalog.api.roles import Role
from services.catalog.scope import EVERYTHING, Scope
from tests import browser
from tests.chromium import chromium, window
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, SECOND, THIRD
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import Stage, change, facet

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [
    pytest.mark.broker,
    pytest.mark.timeout(300),
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
]


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    async with listening(app) as found:
        yield found


@pytest.fixture
async def page(address: str) -> AsyncIterator["Page"]:
    session = {COOKIE: Access("secret").session()}
    async with chromium() as program, window(program, address, session) as made:
        await made.goto("/", wait_until="domcontentloaded")
        yield made


async def shown(page: "Page") -> list[str]:
    """Ids of the pictures, in their order."""
    ids = await page.locator("#grid .cell").evaluate_all("cells => cells.map(cell => cell.dataset.id)")
    return [str(one) for one in ids]


async def test_results_come_while_somebody_types(page: "Page") -> None:
    await page.locator("#grid .cell").nth(2).wait_for()
    await page.keyboard.press("/")
    await page.keyboard.type("blue boot")
    await page.get_by_role("heading", name="“blue boot”").wait_for()
    assert await shown(page) == [SECOND]
    assert await page.evaluate("document.activeElement.id") == "q" and "q=blue+boot" in page.url
    await page.keyboard.press("Escape")  # out of the box
    await page.locator("#grid").press("ArrowRight")
    await page.locator(f"#c-{SECOND}.here").wait_for()  # the grid that came is at hand
    await page.locator("#q").fill("")
    await page.get_by_role("heading", name="Library").wait_for()
    await page.locator("#grid .cell").nth(2).wait_for()
    await page.get_by_label("Pixels wide, from").fill("40")
    await page.locator(".typed").get_by_role("button", name="Show").click()  # its other boxes are empty
    await page.get_by_role("link", name="At least 40 wide").wait_for()
    assert set(await shown(page)) == {FIRST, SECOND} and page.url.endswith("/?width_from=40")
    await page.locator("#q").fill("boot")
    await page.locator("#q").press("Enter")
    await page.wait_for_url("**/?q=boot&width_from=40")
    assert await shown(page) == [SECOND]


async def test_what_is_typed_on_a_later_page_is_looked_for_from_the_first(page: "Page") -> None:
    answer = await page.request.get("/v1/assets?limit=1")
    cursor = (await answer.json())["next"]
    await page.goto(f"/?cursor={cursor}", wait_until="domcontentloaded")
    first = await shown(page)
    await page.locator("#q").press_sequentially("jpg")
    await page.get_by_role("heading", name="“jpg”").wait_for()
    assert len(first) == 2 and set(await shown(page)) == {FIRST, SECOND, THIRD} and "cursor" not in page.url


async def test_ranges_and_all_are_selected_by_keyboard_and_by_mouse(page: "Page") -> None:
    await page.locator("#grid .cell").nth(2).wait_for()
    ids = await shown(page)
    said, name = page.locator("#said"), [await page.locator(f"#c-{one}").get_attribute("data-name") for one in ids]
    await page.locator("#grid").press("ArrowRight")
    assert await said.text_content() == heard(ids[0], f"{name[0]}, 1 of 3")
    for _ in range(2):
        await page.locator("#grid").press("Shift+ArrowRight")
    await page.get_by_text("3 selected", exact=True).wait_for()
    assert await said.text_content() == heard(ids[2], f"{name[2]}, 3 of 3", "selected. 3 selected")
    await page.locator("#grid").press("x")
    assert await said.text_content() == heard(ids[2], f"{name[2]}, 3 of 3", "not selected. 2 selected")
    await page.locator("#grid").press("Escape")
    assert await said.text_content() == "Nothing is selected."
    await page.locator("#grid").press("Control+a")
    assert await said.text_content() == "3 selected."
    await page.locator("#grid").press("Escape")
    await page.locator(f"#c-{ids[0]} .pick").check(force=True)
    await page.locator(f"#c-{ids[2]} .pick").click(force=True, modifiers=["Shift"])
    await page.get_by_text("3 selected", exact=True).wait_for()
    assert await page.locator(".cell .pick:checked").count() == 3
    assert await said.text_content() == heard(ids[2], f"{name[2]}, 3 of 3", "selected. 3 selected")
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")  # as over plain http
    await page.get_by_role("button", name="Copy names").click()
    await page.get_by_text("Names copied.").wait_for()
    await page.locator("#grid").press("t")
    await page.locator("#ask-value").press("Control+v")
    assert await page.locator("#ask-value").input_value() == " ".join(map(str, name))


def heard(asset: str, place: str, more: str = "") -> str:
    """What is said of a picture; of the third that it is refused."""
    name, _, place = place.partition(", ")
    return f"{', '.join(filter(None, (name, 'refused' if asset == THIRD else '', place, more)))}."


async def test_a_field_of_several_is_edited_at_once(page: "Page", stage: Stage) -> None:
    folding = Folding(stage, "asset", "batch", before={FIRST: {}, SECOND: {}})
    await page.goto("/?state=complete", wait_until="domcontentloaded")
    for asset in (FIRST, SECOND):
        await page.locator(f"#c-{asset} .pick").check(force=True)
    await page.locator("#grid").press("e")
    edit = page.locator("#edit[open]")
    await edit.get_by_role("heading", name="Edit 2 pictures").wait_for()
    await edit.locator("#edit-what").select_option("limits")
    await edit.locator("#edit-value").fill("nowhere")
    await edit.get_by_role("button", name="See what changes").click()
    await edit.locator("#edit-problem", has_text="Such as: markets").wait_for()
    await edit.locator("#edit-value").fill("markets de, at")
    await edit.get_by_role("button", name="See what changes").click()
    await page.locator("#preview[open]").get_by_role("button", name="Change 2 pictures").click()
    await page.get_by_text("Where it may be shown: markets de, at.").wait_for()
    await page.locator("#grid").press("e")
    await edit.locator("#edit-value").select_option("lifestyle")
    await edit.get_by_role("button", name="See what changes").click()
    await page.locator("#preview[open]").get_by_role("button", name="Cancel").click()
    await page.locator("#grid").press("e")
    await edit.get_by_label("Empty it").check()
    assert await edit.locator("#edit-value").is_disabled()
    await edit.get_by_role("button", name="See what changes").click()
    await page.locator("#preview[open]").get_by_role("button", name="Cancel").click()
    said = [one for one in await folding() if one.entity.startswith("asset/")]
    assert {one.entity: one.set for one in said} == {
        f"asset/{asset}": {"limits": {"markets": ["de", "at"]}} for asset in (FIRST, SECOND)
    }


NAMED = "all => all.flatMap(one => [one.dataset.bulk, one.pathname, ...one.classList, ...Object.keys(one.dataset)])"
OFFERED = ".upload, .yesno, [data-add], [data-available], [data-limits], [href^='/rights'], [data-bulk]"


async def offers(page: "Page", keys: str) -> set[str]:
    """What of it is shown of a picture and of a selected one; none of these keys opens anything there."""
    shown = set[str]()
    for path in (f"/assets/{FIRST}", "/?state=complete"):
        await page.goto(path, wait_until="domcontentloaded")
        if path.startswith("/?"):
            await page.locator(f"#c-{FIRST} .pick").check(force=True)
            await page.get_by_text("1 selected", exact=True).wait_for()
        shown |= set(await page.locator(f":is({OFFERED}):visible").evaluate_all(NAMED))
        for key in keys:
            await page.keyboard.press(key)
            assert await page.locator("dialog[open]").count() == 0, key
        await page.keyboard.press("?")
        await page.locator("#keys[open]").wait_for()  # keys were heard
    return shown


async def test_what_one_may_not_do_is_not_offered(address: str, app: FastAPI, stage: Stage) -> None:
    part = Scope(folders=("autumn",))
    approving = {"available", "approve", "reject", "share", "rights", "/rights"}
    async with chromium() as program:
        for role, scope, keys, hidden in (
            ("viewer", EVERYTHING, "ltecsa", approving | {"upload", "yesno", "add", "limits", "link", "tag"}),
            ("editor", EVERYTHING, "sa", approving),
            ("approver", part, "cs", {"collect", "share"}),
        ):
            session = {COOKIE: Access("secret").session("vera", cast(Role, role), scope)}
            async with window(program, address, session) as page:
                seen = await offers(page, keys)
                assert not seen & hidden and "pack" in seen, (role, seen & hidden)
                assert ("add" in seen) == (role != "viewer"), role
                if scope.limited:
                    await hears(page, app, stage)


async def hears(page: "Page", app: FastAPI, stage: Stage) -> None:
    """Of what changes in its part, while it is looked at."""
    async with page.expect_response("**/v1/live"):
        await page.goto("/", wait_until="domcontentloaded")
    await stage.put([change(facet(FIRST, "links", {}, status="failed", cause="x", revision=9))])
    app.state.deps.live.tell({"event": "asset", "data": {"id": FIRST, "state": "failed"}})
    await page.locator(f'#c-{FIRST}[data-state="failed"]').wait_for()
