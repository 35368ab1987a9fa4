"""The shoot walk: drop, the report in the folder, the digest, reject with a mark, re-shoot, approve, by the page."""

import csv
import io
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from schemas.folders import FOLDERS
from schemas.names import REPORT
from tests import browser
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.people import people
from tests.e2e.pictures import picture
from tests.fakes.mailbox import Mailbox, mailbox

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.broker,
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(300),
]


async def report(pipeline: Pipeline, folder: str) -> dict[str, list[str]]:
    """File → what the list in the folder says of it."""
    stored = await pipeline.inbox.get(f"{folder}/{REPORT}")
    rows = csv.reader(io.StringIO(stored.body.decode("utf-8-sig") if stored else ""))
    return {row[0]: row[1:] for row in rows if row[0] != "file"}


async def test_drop_report_digest_reject_shoot_again(pipeline: Pipeline, prefix: str) -> None:
    good, cut = f"{prefix}/a.jpg", f"{prefix}/cut.jpg"
    await pipeline.library.put(FOLDERS, f"folders:\n  {prefix}: {{approval: review, owner: a@b.c}}\n".encode())
    async with mailbox() as box, pipeline.watch() as watch, people(pipeline) as (page, _):
        await pipeline.run(*ALL)
        mail = box.settings
        await pipeline.again(pipeline.member("catalog"), shoot_quiet_s=1)
        smtp = {"smtp_host": mail.smtp_host, "smtp_port": mail.smtp_port, "smtp_security": "none"}
        await pipeline.again(pipeline.member("webhooks"), **smtp)

        def mails(count: int) -> list[str]:
            return [] if len(of(box, prefix)) >= count else [f"{count} digests: {of(box, prefix)}"]

        await pipeline.drop([(good, picture(41)), (cut, picture(42)[:3000])])
        await watch.until(lambda: mails(1))
        first = await report(pipeline, prefix)
        assert (first["a.jpg"][0], first["cut.jpg"][0]) == ("waiting", "refused") and first["cut.jpg"][4]
        asset = watch.assets(prefix)[good]
        assert await waiting(page, prefix) == "waiting 1"
        await reject(page, asset)
        await watch.until(lambda: mails(2))
        assert "crooked" in " ".join((await report(pipeline, prefix))["a.jpg"])
        await pipeline.drop([(good, picture(43))])
        await watch.until(lambda: [] if watch.head(asset).get("approves") == 2 else ["the re-shoot"])
        await page.get_by_role("button", name="Approve").click()  # the page has filled itself in anew
        await watch.until(lambda: [] if of(box, prefix)[-1] == "1 ready, 1 refused" else ["the last digest"])
        assert (await report(pipeline, prefix))["a.jpg"][0] == "ready"
        assert watch.assets(prefix).keys() == {good, cut}  # the report itself was never taken
        told = [mail.get_content() for mail in box.mails if mail["Subject"].startswith(prefix)]
        assert all(one != after for one, after in pairwise(told)), told  # none came twice
    await pipeline.library.delete(FOLDERS)


async def waiting(page: "Page", folder: str) -> str:
    """What the shoot's page says of the files that wait."""
    await page.goto(f"/shoots/{folder}?status=waiting")
    return str(await page.locator('.chip[aria-current="true"]').inner_text()).strip().lower()


async def reject(page: "Page", asset: str) -> None:
    """With a reason, and a mark that is drawn on the picture; the page shows both."""
    from playwright.async_api import expect  # the modules of tests that only say who needs it load without

    await page.goto(f"/assets/{asset}")
    await page.get_by_role("button", name="Reject").first.click()
    await page.locator("#reject[open]").wait_for()
    await expect(page.locator("#reject-img")).to_have_js_property("complete", True)
    await expect(page.locator("#reject-img")).not_to_have_js_property("naturalWidth", 0)
    picture = await page.locator("#reject-img").bounding_box()
    assert picture is not None
    await page.mouse.move(picture["x"] + picture["width"] * 0.25, picture["y"] + picture["height"] * 0.5)
    await page.mouse.down()
    await page.mouse.move(picture["x"] + picture["width"] * 0.5, picture["y"] + picture["height"] * 0.75, steps=3)
    await page.mouse.up()
    await page.locator("#reject-why").fill("The label is crooked.")
    await page.locator("#reject-why").press("Enter")
    drawn = page.locator(".about .marked")
    await drawn.wait_for()
    assert await drawn.get_attribute("aria-label") == "Marked: 25% from the left, 50% from the top"
    await page.locator(".why", has_text="The label is crooked.").wait_for()


def of(box: Mailbox, folder: str) -> list[str]:
    """What the digests of a folder said, in order."""
    said = [mail["Subject"].partition(": ") for mail in box.mails]
    return [sums for name, _, sums in said if name == folder]
