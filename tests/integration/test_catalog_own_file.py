"""A preset's own file on the asset's page: picked by keys, uploaded, and back to the made one."""

from typing import TYPE_CHECKING, Any

import pytest

from schemas.own_file import GivenFor, given_for
from tests import browser
from tests.integration.catalog_client import FIRST, SECOND
from tests.integration.catalog_stage import SHA, Stage, change, facet, picture, until

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(180),
]
UPLOADED = "90000000-0000-5000-8000-00000000000f"


@pytest.fixture
async def page(page: "Page") -> "Page":
    async with page.expect_response("**/v1/live"):
        await page.goto(f"/assets/{FIRST}")
    return page


async def said(stage: Stage, number: int) -> dict[str, Any]:
    """The so manieth decision of the asset; what was looked at is noted there, too."""

    def all_of_it() -> list[Any]:
        return [one for one in stage.said("decisions") if one.get("entity") == f"asset/{FIRST}"]

    async def told() -> bool:
        return len(all_of_it()) >= number

    await until(told)
    return dict(all_of_it()[number - 1])


async def test_a_picture_of_the_library_is_picked_by_keys_and_given_back(page: "Page", stage: Stage) -> None:
    await page.get_by_role("button", name="Use my own file for web").press("Enter")
    dialog = page.get_by_role("dialog", name="Your own file for web")
    await dialog.get_by_role("searchbox").fill(SECOND)
    await dialog.locator("#own-file-list button").wait_for()
    await page.keyboard.press("Enter")  # to the only one
    await page.keyboard.press("Enter")
    first = await said(stage, 1)
    assert (first["set"], first["on_version"]) == ({"file:web": SHA}, 1)
    await dialog.wait_for(state="hidden")
    await stage.put([change(facet(FIRST, "curation", {"fields": {"file:web": SHA}}))])
    await page.reload()
    back = page.get_by_role("button", name="Back to the made one of web")
    await back.press("Enter")
    assert (await said(stage, 2))["clear"] == ["file:web"]
    assert await page.evaluate("document.activeElement.id") == "own-file-of-web"
    await stage.put([change(facet(FIRST, "curation", {"fields": {}}, revision=2))])
    await page.reload()
    await page.get_by_role("button", name="Use my own file for web").wait_for()
    assert await back.count() == 0


async def test_a_file_is_uploaded_and_used_once_it_is_taken(page: "Page", stage: Stage) -> None:
    asked: list[Any] = []

    async def given(route: "Route") -> None:
        asked.append(route.request.post_data_json)
        await route.fulfill(json={"url": f"{page.url}?put", "key": asked[-1]["key"], "expires": "2099-01-01T00:00:00Z"})

    async def put(route: "Route") -> None:
        await stage.put([change(one) for one in picture(UPLOADED, asked[-1]["key"])])
        await route.fulfill(body="")

    await page.route("**/v1/uploads", given)
    await page.route("**/*?put", put)
    await page.get_by_role("button", name="Use my own file for web").click()
    upload = page.get_by_label("Or a file of yours")
    await upload.set_input_files({"name": "TRAINER main.JPG", "mimeType": "image/jpeg", "buffer": b"jpeg"})
    assert (await said(stage, 1))["set"] == {"file:web": SHA}
    key = asked[0]["key"]
    assert given_for(key) == GivenFor(FIRST, "web") and key.startswith("autumn/") and key.endswith(".jpg")
    assert "TRAINER" not in key, "a name that names a product would link it"
    await page.get_by_role("button", name="Use my own file for web").click()
    again = page.locator("#own-file-list button")
    await again.wait_for()
    assert key.rpartition("/")[2] in await again.inner_text(), "it can be picked again"
