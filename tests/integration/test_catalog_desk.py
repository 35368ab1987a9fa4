"""The pages of settings, in a browser: keys, webhooks and fields are made, shown, changed and removed there."""

from typing import TYPE_CHECKING

import httpx
import pytest

from services.catalog.api.access import COOKIE, Access
from services.catalog.api.roles import Role
from tests import browser
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, get
from tests.integration.catalog_stage import Stage, until

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.broker, pytest.mark.timeout(300)]
in_browser = pytest.mark.skipif(browser.program() is None, reason="no chromium here")
HIGHEST = 64
"""Pixels that the header may take of a phone."""


@pytest.fixture
def folding(stage: Stage) -> Folding:
    return Folding(stage, "key", "webhook", "field", "upload-link")


async def secret_of(page: "Page") -> str:
    """What the dialog shows once; it is closed."""
    await page.locator("#once[open]").wait_for()
    secret = await page.locator("#once-secret").input_value()
    await page.locator("#once").get_by_role("button", name="Done").click()
    return secret


@in_browser
async def test_a_key_is_made_shown_once_and_revoked(page: "Page", folding: Folding, client: httpx.AsyncClient) -> None:
    await page.goto("/keys", wait_until="domcontentloaded")
    await page.get_by_label("Who uses it").fill("Shop")
    await page.get_by_label("Opens for, days").fill("30")
    await page.get_by_text("Only a part of the library").click()
    await page.get_by_label("Only what lies in these folders").fill("autumn\n")
    await page.get_by_role("button", name="Make a key").click()
    secret = await secret_of(page)
    await folding()
    row = page.locator("#list tr", has_text="Shop")
    await row.get_by_text("folders autumn").wait_for()
    assert secret not in await page.content() and await page.locator("#once-secret").input_value() == ""
    assert (await client.get("/v1/assets", headers={"Authorization": f"Bearer {secret}"})).status_code == 200
    revoke = row.locator("button")
    await revoke.click()
    await revoke.get_by_text("Really revoke?").click()
    await page.get_by_text("opens nothing any more").wait_for()
    await folding()
    await row.get_by_text("revoked").wait_for()
    assert (await client.get("/v1/assets", headers={"Authorization": f"Bearer {secret}"})).status_code == 401


@in_browser
async def test_an_upload_link_is_made_shown_once_and_closed(page: "Page", folding: Folding) -> None:
    await page.goto("/upload-links", wait_until="domcontentloaded")
    await page.get_by_label("For whom").fill("Studio Nord")
    await page.get_by_label("Only of these products").fill("NO-SUCH")
    await page.get_by_role("button", name="Make a link").click()
    await page.locator("#desk-problem", has_text="There is no product NO-SUCH.").wait_for()
    assert await page.get_by_label("Only of these products").get_attribute("aria-invalid") == "true"
    await page.get_by_label("Only of these products").fill("")
    await page.get_by_role("button", name="Make a link").click()
    assert "/u/" in await secret_of(page)
    await folding()
    row = page.locator("#list tr", has_text="Studio Nord")
    close = row.locator("button")
    await close.click()
    async with page.expect_response("**/v1/upload-links/*"):
        await close.click()
    await folding()
    await row.get_by_text("closed").wait_for()


@in_browser
async def test_a_webhook_is_added_tried_paused_and_removed(page: "Page", folding: Folding) -> None:
    await page.goto("/webhooks", wait_until="domcontentloaded")
    await page.get_by_label("Address").fill("http://127.0.0.1/hook")
    await page.get_by_role("button", name="Add the endpoint").click()
    await page.locator("#desk-problem", has_text="url: ").wait_for()
    await page.get_by_label("Address").fill("https://shop.example.com/hook")
    await page.get_by_role("button", name="Add the endpoint").click()
    assert (await secret_of(page)).startswith("whsec_")
    await folding()
    await page.get_by_role("button", name="Send one now").click()
    await page.get_by_text(f"asset/{FIRST} is sent").or_(page.get_by_text("is sent.")).first.wait_for()
    replayed = (await folding())[-1].set["replay"]
    assert replayed["entity"].startswith("asset/")
    await page.get_by_role("button", name="Send again").click()
    await page.get_by_label("Only this one").fill("product/RED-42")
    await page.locator("#replay").get_by_role("button", name="Send", exact=True).click()
    await page.get_by_text("It is sent again.").wait_for()
    assert (await folding())[-1].set["replay"]["entity"] == "product/RED-42"
    await page.get_by_role("button", name="Pause").click()
    await page.get_by_text("It is told nothing until").wait_for()
    await folding()
    await page.get_by_role("button", name="Go on").wait_for()
    remove = page.get_by_role("button", name="Remove https://shop.example.com/hook")
    await remove.click()
    await remove.click()
    await page.get_by_text("It is told nothing more.").wait_for()
    await folding()
    await page.get_by_text("Nobody is told of changes yet.").wait_for()


@in_browser
async def test_a_field_is_defined_changed_and_removed(
    page: "Page", folding: Folding, client: httpx.AsyncClient
) -> None:
    await page.goto("/fields", wait_until="domcontentloaded")
    await page.get_by_label("Title, as people read it").fill("Season")
    await page.get_by_label("It holds").select_option("choice")
    await page.get_by_label("The list, one a line").fill("SS27\nFW27\n")
    await page.get_by_label("Pictures of products in these").fill("Men/Shoes")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Saved: it stands").wait_for()
    await folding()
    wanted = {"title": "Season", "type": "choice", "choices": ["SS27", "FW27"], "required_for": ["Men/Shoes"]}
    assert await get(client, "/v1/fields") == [{"name": "season", **wanted}]
    await page.get_by_role("button", name="Edit Season").click()
    await page.get_by_label("Every picture needs it").check()
    async with page.expect_response("**/v1/fields/season"):  # what was said of the first still stands there
        await page.get_by_role("button", name="Save").click()
    await folding()
    await page.locator("#list", has_text="every picture").wait_for()
    assert (await get(client, "/v1/fields"))[0]["required_for"] == ["*"]
    remove = page.get_by_role("button", name="Remove Season")
    await remove.click()
    await remove.click()
    await page.get_by_text("shows nowhere any more").wait_for()
    await folding()
    await page.get_by_text("None is defined yet.").wait_for()


@in_browser
async def test_from_when_and_until_when_is_chosen(page: "Page", stage: Stage) -> None:
    await page.goto(f"/assets/{FIRST}", wait_until="domcontentloaded")
    await page.get_by_role("button", name="Change when it is available").click()
    since, until = page.get_by_label("From", exact=True), page.get_by_label("Until", exact=True)
    await since.fill("2026-12-01T09:00")
    await until.fill("2026-11-01T09:00")
    await page.locator("#available").get_by_role("button", name="Save").click()
    await page.get_by_text("It ends before it begins.").wait_for()
    await until.fill("2027-12-01T09:00")
    async with page.expect_response(f"**/v1/assets/{FIRST}/decisions"):
        await page.locator("#available").get_by_role("button", name="Save").click()
    said = next(one["set"] for one in reversed(stage.said("decisions")) if one["entity"] == f"asset/{FIRST}")
    assert said["available_from"].startswith("2026-1") and said["available_until"].startswith("2027-1")


@in_browser
async def test_the_header_leaves_a_phone_its_room_and_has_a_menu(page: "Page") -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto("/", wait_until="domcontentloaded")
    menu, header = page.get_by_role("navigation", name="Main"), page.locator(".top")
    box = await header.bounding_box()
    assert box and box["height"] <= HIGHEST
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    word = await page.locator(".counts .bad .word").bounding_box()
    assert word and word["width"] > 20, "a number without its word says nothing"
    assert not await menu.is_visible()
    await page.get_by_role("button", name="Menu").press("Enter")
    await menu.get_by_role("link", name="Products").wait_for()
    await page.keyboard.press("Escape")
    await menu.wait_for(state="hidden")
    await page.get_by_role("button", name="Menu").click()
    await menu.get_by_role("link", name="Settings").click()
    await page.get_by_role("heading", name="Settings").wait_for()


@in_browser
async def test_what_a_colleague_said_meanwhile_stays(page: "Page", stage: Stage, client: httpx.AsyncClient) -> None:
    folding = Folding(stage, "asset", before={FIRST: {}})
    save = page.get_by_role("button", name="Save")

    async def heard() -> bool:
        return bool(await folding())

    await page.goto(f"/rights?asset={FIRST}", wait_until="load")
    said = {"set": {"consent": {"status": "no"}}}
    assert (await client.post(f"/v1/assets/{FIRST}/decisions", json=said, headers=KEY)).status_code == 202
    await folding()
    await page.get_by_label("Who holds the rights").fill("Agency")
    await save.click()
    await until(heard)
    rights = (await get(client, f"/v1/assets/{FIRST}"))["rights"]
    assert (rights["consent"]["status"], rights["licence"]["holder"]) == ("no", "Agency")
    await page.get_by_label("They have agreed").select_option("yes")
    await save.click()
    await until(heard)
    await page.locator("#rights-problem", has_text="Somebody decided it meanwhile").wait_for()
    assert (await get(client, f"/v1/assets/{FIRST}"))["rights"]["consent"]["status"] == "no"


@in_browser
async def test_a_profile_that_a_colleague_changed_meanwhile_stays(page: "Page", client: httpx.AsyncClient) -> None:
    place, save = "/v1/folders/autumn", page.get_by_role("button", name="Save")
    ours = {"brand": "Luma", "licence": {"name": "Online", "holder": "Agency", "valid_until": "2027-12-31"}}
    assert (await client.put(place, json=ours, headers=KEY)).status_code == 200
    async with page.expect_response(f"**{place}"):
        await page.goto("/folders?folder=autumn", wait_until="load")
    assert (await client.put(place, json={**ours, "approval": "review"}, headers=KEY)).status_code == 200
    await page.locator("#folder-profile").get_by_label("Market", exact=True).fill("DE")
    await save.click()
    await page.locator("#folder-problem", has_text="Look again").wait_for()
    await page.reload(wait_until="load")
    await page.locator("#folder-profile").get_by_label("Market", exact=True).fill("DE")
    await save.click()
    await page.locator("tbody tr", has_text="DE").wait_for()
    said = (await get(client, place))["said"]
    assert (said["approval"], said["market"], said["licence"]["holder"]) == ("review", "DE", "Agency")


@pytest.mark.parametrize(
    ("role", "opened"),
    [("viewer", set[str]()), ("editor", set[str]()), ("manager", {"/settings", "/fields"})],
)
async def test_what_one_may_not_set_does_not_open(client: httpx.AsyncClient, role: Role, opened: set[str]) -> None:
    client.cookies.set(COOKIE, Access("secret").session("Anna", role))
    for path in ("/settings", "/keys", "/webhooks", "/fields"):
        answer = await client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == (200 if path in opened else 403), path
    await client.put("/v1/folders/autumn", json={"brand": "Luma"}, headers=KEY)
    assert ('aria-label="Edit autumn"' in (await client.get("/folders")).text) == bool(opened)
    assert ('href="/settings"' in (await client.get("/")).text) == bool(opened)
    if opened:
        assert 'href="/keys"' not in (await client.get("/settings")).text


async def test_a_rule_that_was_not_counted_yet_is_not_called_free_of_findings(client: httpx.AsyncClient) -> None:
    text = (await client.get("/audit", headers=KEY)).text
    assert "being counted" in text and "none</span>" not in text
