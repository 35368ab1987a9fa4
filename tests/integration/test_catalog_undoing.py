"""What was decided about one picture is taken back: by the API where that was asked for, by `u` on its page always."""

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests import browser
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND
from tests.integration.catalog_stage import Stage, change, facet, until

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]
ALT = {"alt:en": "A red shoe"}


async def test_a_decision_is_remembered_where_that_is_asked_for(client: httpx.AsyncClient, stage: Stage) -> None:
    folding = Folding(stage, "asset", "batch", before={FIRST: ALT})
    await stage.put([change(facet(FIRST, "curation", {"fields": ALT}))])

    async def decide(**body: Any) -> dict[str, Any]:
        answer = await client.post(f"/v1/assets/{FIRST}/decisions", json=body, headers=KEY)
        assert answer.status_code == 202, answer.text
        said: dict[str, Any] = answer.json()
        return said

    assert (await decide(set={"tag:x": "confirmed"}))["batch"] is None
    assert [one.entity for one in await folding()] == [f"asset/{FIRST}"]
    times = {"available_from": "2026-12-01T00:00:00Z"}
    said = await decide(set={"focal": {"x": 0.5, "y": 0.5}, **times}, clear=["alt:en"], undoable=True)
    await folding()
    undone = await client.post(f"/v1/batches/{said['batch']}/undo", headers=KEY)
    assert (undone.status_code, undone.json()["undone"]) == (202, 1)
    (back,) = (one for one in await folding() if one.entity == f"asset/{FIRST}")
    assert (back.set, sorted(back.clear)) == (ALT, ["available_from", "focal"])


@pytest.mark.skipif(browser.program() is None, reason="no chromium here")
async def test_acts_on_its_page_are_taken_back_the_last_first(page: "Page", stage: Stage) -> None:
    folding = Folding(stage, "asset", "batch")
    await page.goto(f"/assets/{FIRST}", wait_until="load")
    await page.keyboard.press("t")
    await page.locator("#ask-value").fill("boot")
    await page.keyboard.press("Enter")
    await page.get_by_text("Tagged “boot”. u takes it back.").wait_for()
    await page.get_by_role("button", name="Reject RED-42").click()
    await page.get_by_text("Link RED-42: rejected. u takes it back.").wait_for()
    await page.locator("[data-role]").select_option("back")
    await page.get_by_text("It is shown as back. u takes it back.").wait_for()
    await page.get_by_role("button", name="Edit: English").first.click()
    await page.locator("#ask-value").fill("A red shoe")
    await page.keyboard.press("Enter")
    await page.get_by_text("Saved. It counts before all others. u takes it back.").wait_for()
    done = [next(iter(one.set)) for one in await folding() if one.entity == f"asset/{FIRST}"]
    assert done == ["tag:boot", "link:RED-42", "role", "alt:en"]
    await page.locator("h1").click()
    for said, field in zip(("Saved.", "It is shown as back.", "Link RED-42", "Tagged"), reversed(done), strict=True):
        await page.keyboard.press("u")
        await page.locator("#toast", has_text="Taken back for 1 picture.").get_by_text(said).wait_for()
        (back,) = (one for one in await folding() if one.entity == f"asset/{FIRST}")
        assert (back.set, back.clear) == ({}, [field])
    await page.keyboard.press("u")
    await page.get_by_text("There is nothing to take back.").wait_for()


@pytest.mark.skipif(browser.program() is None, reason="no chromium here")
async def test_what_nothing_takes_back_says_so(page: "Page", stage: Stage) -> None:
    asked = {"live": 1, "newest": 2, "state": "waiting", "asks": 2, "waiting": "It looks otherwise.", "cure": "Say."}
    head = facet(FIRST, "head", asked, revision=2)
    newer = facet(FIRST, "file", {"key": "autumn/RED_main.jpg", "kind": "image"}, version=2)
    await stage.put([change(one) for one in (newer, head)])
    await page.goto(f"/assets/{FIRST}", wait_until="load")
    await page.get_by_role("button", name="Confirm RED-42").click()
    await page.get_by_text("Link RED-42: confirmed. u takes it back.").wait_for()
    await page.get_by_role("button", name="Replace").click()
    await page.get_by_text("Said: Replace. It is being done.").wait_for()
    await Folding(stage, "asset", "batch")()
    await page.locator("h1").click()
    await page.keyboard.press("u")
    await page.get_by_text("That cannot be taken back.").wait_for()
    await page.keyboard.press("u")
    await page.get_by_text("Link RED-42: confirmed. Taken back for 1 picture.").wait_for()


@pytest.mark.skipif(browser.program() is None, reason="no chromium here")
async def test_the_order_of_a_collection_is_taken_back(page: "Page", stage: Stage, client: httpx.AsyncClient) -> None:
    folding = Folding(stage, "collection")
    made = await client.post("/v1/collections", json={"name": "Press", "assets": [FIRST, SECOND]}, headers=KEY)
    await folding()
    await page.goto(f"/?collection={made.json()['id']}", wait_until="load")
    cells = page.locator("#grid .cell")
    await page.locator("#grid").press("ArrowRight")

    async def ordered() -> bool:
        said = [one for one in await folding() if one.entity.startswith("collection/")]
        orders.extend(sorted(one.set, key=one.set.__getitem__) for one in said)
        return bool(said)

    orders: list[list[str]] = []
    await page.locator("#grid").press("Shift+ArrowRight")
    assert await page.locator("#said").text_content() == "RED_main.jpg, 2 of 2."
    await page.get_by_text("The order is saved. u takes it back.").wait_for()
    await until(ordered)
    await page.locator("#grid").press("u")
    await page.get_by_text("Taken back: they stand as before.").wait_for()
    await until(ordered)
    assert orders == [[f"asset:{one}" for one in pair] for pair in ((SECOND, FIRST), (FIRST, SECOND))]
    assert await cells.evaluate_all("all => all.map(one => one.dataset.id)") == [FIRST, SECOND]
