"""Several pictures at once on the page: shown before it is done, done, and taken back as one."""

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from tests import browser
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND
from tests.integration.catalog_stage import Stage, change, facet, picture

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [
    pytest.mark.broker,
    pytest.mark.timeout(300),
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
]


async def asked(page: "Page", key: str, value: str) -> None:
    """Both pictures selected, the key pressed, and the question answered."""
    await page.goto("/?state=complete", wait_until="domcontentloaded")
    for asset in (FIRST, SECOND):
        await page.locator(f"#c-{asset} .pick").check(force=True)
    await page.locator("#grid").press(key)
    await page.locator("#ask-value").fill(value)
    await page.locator("#ask").get_by_role("button", name="Save").click()


async def test_what_would_change_is_shown_done_and_taken_back(page: "Page", stage: Stage) -> None:
    already = {"tag:summer": "confirmed"}
    await stage.put([change(facet(FIRST, "curation", {"fields": already}))])
    folding = Folding(stage, "asset", "batch", before={FIRST: already, SECOND: {}})
    await asked(page, "t", "summer")
    preview = page.locator("#preview[open]")
    await preview.get_by_text("1 picture would change; 1 picture has it already.").wait_for()
    assert await preview.locator("tbody tr").all_inner_texts() == ["blue boot.jpg\t–\ttag summer: confirmed"]
    assert not stage.told()
    await preview.get_by_role("button", name="Cancel").click()
    await preview.wait_for(state="hidden")
    assert not stage.told()
    await asked(page, "t", "summer")
    await preview.get_by_role("button", name="Change 1 picture").click()
    await page.get_by_text("Tagged “summer”. u takes it back.").wait_for()
    await folding()
    await page.locator("#grid").press("u")
    await page.get_by_text("Taken back for 1 picture.").wait_for()
    back = [one for one in await folding() if one.entity == f"asset/{SECOND}"]
    assert [one.clear for one in back] == [["tag:summer"]]


async def test_one_is_taken_back_to_what_stood(page: "Page", stage: Stage, client: httpx.AsyncClient) -> None:
    """A tag that somebody had rejected, and a collection that one of both was in already."""
    before = {"tag:boot": "rejected"}
    await stage.put([change(facet(FIRST, "curation", {"fields": before}))])
    folding = Folding(stage, "asset", "batch", "collection", before={FIRST: before})
    await client.post("/v1/collections", json={"name": "Press", "assets": [FIRST]}, headers=KEY)
    await folding()
    await page.goto("/?state=complete", wait_until="domcontentloaded")
    await page.locator(f"#c-{FIRST} .pick").check(force=True)
    await page.locator("#grid").press("t")
    await page.locator("#ask-value").fill("boot")
    await page.locator("#ask").get_by_role("button", name="Save").click()
    await page.get_by_text("Tagged “boot”. u takes it back.").wait_for()
    await folding()
    await page.context.set_offline(True)
    await page.locator("#grid").press("u")
    await page.get_by_text("Not taken back: ").wait_for()
    await page.context.set_offline(False)
    await page.locator("#grid").press("u")
    await page.get_by_text("Taken back for 1 picture.").wait_for()
    assert [one.set for one in await folding() if one.entity == f"asset/{FIRST}"] == [before]
    await page.locator(f"#c-{SECOND} .pick").check(force=True)
    await page.locator("#grid").press("c")
    await page.locator("#ask-value").fill("press")
    await page.locator("#ask").get_by_role("button", name="Save").click()
    await page.get_by_text("Put into “press”. u takes it back.").wait_for()
    await folding()
    await page.locator("#grid").press("u")
    await page.get_by_text("Taken back for the collection.").wait_for()
    assert [one.clear for one in await folding() if one.entity.startswith("collection/")] == [[f"asset:{SECOND}"]]
    await page.locator("#grid").press("c")
    await page.locator("#ask-value").fill("Autumn")
    await page.locator("#ask-value").press("Enter")
    await page.get_by_text("Made “Autumn”. u takes it back.").wait_for()
    await folding()
    await page.locator("#grid").press("u")
    await page.get_by_text("Taken back: “Autumn” is removed, its pictures stay.").wait_for()
    assert [one.set for one in await folding()] == [{"removed": True}]


async def test_what_is_no_product_is_asked_again(page: "Page", stage: Stage) -> None:
    await asked(page, "l", "NO-SUCH")
    await page.locator("#ask-problem", has_text="NO-SUCH").wait_for()
    await page.locator("#ask-value").fill("RED-43")
    await page.locator("#ask").get_by_role("button", name="Save").click()
    await page.locator("#preview[open]").get_by_role("button", name="Change 2 pictures").click()
    await page.get_by_text("Linked to RED-43.").wait_for()
    assert len(stage.told()) == 2


async def test_a_picture_that_came_after_it_was_selected_is_not_approved(page: "Page", stage: Stage) -> None:
    head = {"live": None, "newest": 1, "state": "waiting", "approves": 1, "waiting": "Ready.", "cure": "Approve it."}
    await stage.put([change(facet(one, "head", head, revision=2)) for one in (FIRST, SECOND)])
    await page.goto("/?flag=to-approve", wait_until="domcontentloaded")
    for asset in (FIRST, SECOND):
        await page.locator(f"#c-{asset} .pick").check(force=True)
    made = [one.model_copy(update={"version": 2}) for one in picture(FIRST, "autumn/RED_main.jpg")[:3]]
    newer = facet(FIRST, "head", {**head, "newest": 2, "approves": 2}, revision=3)
    await stage.put([change(one) for one in (*made, newer)])
    await page.evaluate("id => document.getElementById(`c-${id}`).dataset.version = '2'", FIRST)  # as live.js renews it
    await page.locator("#grid").press("a")
    preview = page.locator("#preview[open]")
    await preview.get_by_text("1 picture would be approved; 1 picture is skipped.").wait_for()
    skipped, approved = await preview.locator("tbody tr").all_inner_texts()
    assert skipped.startswith("RED_main.jpg\t–\tskipped: Version 2 waits to be approved, and version 1 was looked at.")
    assert approved == "blue boot.jpg\tnothing is live\tversion 1 approved"
    assert not stage.told()
    await page.keyboard.press("Enter")
    await page.get_by_text("1 approved. 1 skipped: Version 2 waits to be approved, and version 1").wait_for()
    (said,) = (json.loads(one.value or b"")["data"] for one in stage.told())
    assert (said["entity"], said["set"]) == (f"asset/{SECOND}", {"approval:1": "approved"})
    assert "u takes it back, until the version is live." in (await page.locator("#toast").text_content() or "")
    await Folding(stage, "asset", "batch")()
    live = facet(SECOND, "head", {"live": 1, "newest": 1, "state": "complete"}, revision=4)
    await stage.put([change(live)])
    await page.locator("#grid").press("u")
    await page.get_by_text("Nothing is taken back. 1 stays: The version is live by now, and it is the").wait_for()


async def test_several_are_rejected_as_shown_and_taken_back(page: "Page", stage: Stage) -> None:
    head = {"live": None, "newest": 1, "state": "waiting", "approves": 1, "waiting": "Ready.", "cure": "Approve it."}
    await stage.put([change(facet(one, "head", head, revision=2)) for one in (FIRST, SECOND)])
    folding = Folding(stage, "asset", "batch")
    await page.goto("/?flag=to-approve", wait_until="domcontentloaded")
    for asset in (FIRST, SECOND):
        await page.locator(f"#c-{asset} .pick").check(force=True)
    await page.locator("#grid").press("r")
    await page.locator("#reject-why").fill("The label is crooked.")
    await page.locator("#reject").get_by_role("button", name="Reject").click()
    await page.locator("#preview[open]").get_by_text("2 pictures would be rejected.").wait_for()
    assert not stage.told()
    await page.locator("#preview").get_by_role("button", name="Reject 2 pictures").click()
    await page.get_by_text("2 rejected. u takes it back.").wait_for()
    said = await folding()
    assert {one.entity: one.set for one in said if one.entity.startswith("asset/")} == {
        f"asset/{asset}": {"approval:1": {"reason": "The label is crooked."}} for asset in (FIRST, SECOND)
    }
    await page.locator("#grid").press("u")
    await page.get_by_text("Taken back for 2 pictures.").wait_for()
    back = [one for one in await folding() if one.entity.startswith("asset/")]
    assert [one.clear for one in back] == [["approval:1"], ["approval:1"]]


async def test_rights_of_several_are_shown_said_and_taken_back(page: "Page", stage: Stage) -> None:
    folding = Folding(stage, "asset", "batch", before={FIRST: {}, SECOND: {}})
    await page.goto("/?state=complete", wait_until="domcontentloaded")
    for asset in (FIRST, SECOND):
        await page.locator(f"#c-{asset} .pick").check(force=True)
    await page.get_by_role("button", name="Rights").click()
    await page.get_by_role("heading", name="Rights of 2 pictures").wait_for()
    save = page.get_by_role("button", name="Save")
    await save.click()
    await page.get_by_text("Nothing is filled in.").wait_for()
    await page.get_by_label("Who holds the rights").fill("Agency")
    await save.click()
    preview = page.locator("#preview[open]")
    await preview.get_by_text("2 pictures would change.").wait_for()
    assert await preview.locator("tbody tr").all_inner_texts() == [
        f"{name}\t–\tlicence: holder Agency" for name in ("RED_main.jpg", "blue boot.jpg")
    ]
    assert not stage.told()
    await preview.get_by_role("button", name="Change 2 pictures").click()
    await page.get_by_text("Saved. It counts within seconds. u takes it back.").wait_for()
    said = [one for one in await folding() if one.entity.startswith("asset/")]
    assert [one.set for one in said] == [{"licence": {"holder": "Agency"}}] * 2
    await page.locator("h1").click()  # out of the box
    await page.keyboard.press("u")
    await page.get_by_text("Taken back for 2 pictures.").wait_for()
    assert [one.clear for one in await folding() if one.entity.startswith("asset/")] == [["licence"]] * 2


MANY = """count => {
  const cell = document.querySelector(".cell");
  for (let at = 0; at < count; at += 1) {
    const more = cell.cloneNode(true);
    more.id = `c-${more.dataset.id = `more-${at}`}`;
    cell.after(more);
  }
}"""


async def test_more_than_go_at_once_is_told_before_anything_is_done(page: "Page", stage: Stage) -> None:
    await page.goto("/?state=complete", wait_until="domcontentloaded")
    await page.evaluate(MANY, 499)
    await page.locator("#grid").press("Control+a")
    await page.get_by_text("501 selected, 500 go at once").wait_for()
    toast = page.locator("#toast")
    for key in "tlecdsa":
        await page.locator("#grid").press(key)
        await page.locator("#toast:not([hidden])", has_text="501 pictures are selected, and 500 go at once").wait_for()
        await toast.evaluate("one => { one.textContent = ''; }")
    await page.get_by_role("button", name="Rights").click()
    await page.locator("#toast", has_text="501 pictures are selected").wait_for()
    assert await page.locator("dialog[open]").count() == 0 and "/rights" not in page.url and not stage.told()


async def test_originals_that_nobody_uses_go_into_the_bin_together_and_come_back(page: "Page", stage: Stage) -> None:
    async with stage.database.transaction() as connection:
        await connection.execute("UPDATE catalog.asset SET arrived = '2020-01-01', state = 'ready', skus = '{}'")
    folding = Folding(stage, "asset", "batch", before={FIRST: {}, SECOND: {}})
    await page.goto("/bytes", wait_until="load")
    for asset in (FIRST, SECOND):
        await page.locator(f"[data-pick='{asset}']").check()
    await page.get_by_text("2 pictures, ").wait_for()
    await page.get_by_role("button", name="Put into the bin").click()
    await page.locator("#ask").get_by_role("button", name="Save").click()
    await page.locator("#preview[open]").get_by_role("button", name="Change 2 pictures").click()
    await page.locator(f"[data-pick='{SECOND}']").wait_for(state="detached")
    said = {one.entity: one.set for one in await folding() if one.entity.startswith("asset/")}
    assert said == {key: {"purge": "Nobody uses it"} for key in (f"asset/{FIRST}", f"asset/{SECOND}")}
    await page.locator("body").press("u")
    await page.get_by_text("Taken back for 2 pictures.").wait_for()


async def test_findings_that_are_selected_are_put_off_together(page: "Page", stage: Stage) -> None:
    blurred = {"quality": {"score": 20, "parts": {"sharpness": 5, "exposure": 90, "compression": 90, "cast": 90}}}
    linked = {"links": [{"sku": "RED-42", "role": "main", "confidence": 0.98, "evidence": []}]}
    for asset in (FIRST, SECOND):
        records = (facet(asset, "tags", blurred, revision=5), facet(asset, "links", linked, revision=5))
        await stage.put([change(one) for one in records])
    await page.goto("/audit?rule=blurred", wait_until="load")
    await page.locator("[data-subject]").nth(1).wait_for()
    for key in ("x", "j", "x", "p"):
        await page.keyboard.press(key)
    await page.locator("#ask-value").fill("In May")
    await page.locator("#ask").get_by_role("button", name="Save").click()
    await page.get_by_text("2 findings put off until").wait_for()
    assert await page.locator("[data-subject]").count() == 0
    assert [one["why"] for one in stage.said("decisions") if one["entity"].startswith("asset/")] == ["In May"] * 2
