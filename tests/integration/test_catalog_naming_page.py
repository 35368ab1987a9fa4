"""Folder profiles in Chromium: what a naming would do to a folder's files is tried, then saved."""

from typing import TYPE_CHECKING

import pytest

from schemas.folders import FOLDERS
from schemas.rules import REPORT, TRIAL, FolderTrial, RulesTrial, Tried
from tests import browser
from tests.integration.catalog_stage import NOON, Stage

if TYPE_CHECKING:
    from playwright.async_api import Page, Response

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(180),
]
PATTERN = "(?P<sku>[A-Z]+)_.*"


@pytest.fixture
async def page(page: "Page", stage: Stage) -> "Page":
    await stage.library.put(FOLDERS, b"folders:\n  autumn: {brand: Luma}  # ours\n")
    await page.goto("/folders?folder=autumn")
    return page


async def reports(stage: Stage, answer: "Response") -> FolderTrial:
    """As the linker does, of what is on trial."""
    stored = await stage.library.get(TRIAL) or pytest.fail("nothing is on trial")
    asked = FolderTrial.model_validate_json(stored.body)
    told = RulesTrial(
        of=(await answer.json())["id"],
        folder=asked.folder,
        names=1,
        looked_at=1,
        counts={"matched": 1},
        examples={"matched": [Tried(file="autumn/RED_f.jpg", why="It reads “RED”.")]},
        at=NOON,
    )
    await stage.library.put(REPORT, told.model_dump_json().encode())
    return asked


async def test_it_is_tried_on_the_folders_files_and_then_saved(page: "Page", stage: Stage) -> None:
    naming, trying = page.get_by_label("Its files are named by"), page.get_by_role("button", name="Try the naming")
    await naming.fill("{sku}_{role}")
    await trying.click()
    await page.get_by_role("status").get_by_text("has to name one of").wait_for()
    assert await trying.is_enabled() and await stage.library.get(TRIAL) is None
    await naming.fill(PATTERN)
    async with page.expect_response("**/v1/rules/folder-trials") as answered:
        await trying.press("Enter")
    asked = await reports(stage, await answered.value)
    assert (asked.folder, asked.naming) == ("autumn", PATTERN)
    report = page.get_by_role("status").filter(has_text="What they would do")
    await report.get_by_text("all 1 names in autumn").wait_for()
    await report.get_by_text("It reads “RED”.").wait_for()
    async with page.expect_navigation():
        await page.get_by_role("button", name="Save").click()
    stored = await stage.library.get(FOLDERS) or pytest.fail("no profiles")
    assert stored.body.decode() == f"folders:\n  autumn: {{brand: Luma, naming: '{PATTERN}'}}  # ours\n"
    await page.get_by_role("cell", name=PATTERN).wait_for()


async def test_a_profile_that_somebody_changed_meanwhile_is_not_removed_unseen(page: "Page", stage: Stage) -> None:
    changed = b"folders:\n  autumn: {brand: Luma, approval: review}\n"
    await stage.library.put(FOLDERS, changed)
    remove = page.get_by_role("button", name="Remove the profile of autumn")
    await remove.click()
    await page.get_by_text("Not removed: It is another by now than the one that you looked at.").wait_for()
    stored = await stage.library.get(FOLDERS)
    assert stored and stored.body == changed
    await page.reload()
    async with page.expect_navigation(url="**/folders"):
        await remove.click()
    assert await remove.count() == 0
