"""Every page under axe, in light and in dark: nothing serious or critical for who cannot see, hear or point well."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI

from schemas.share import KIND as SHARE
from services.catalog.api.access import COOKIE, Access
from tests import browser
from tests.chromium import chromium, window
from tests.fakes.folded import Folding
from tests.integration.catalog_client import FIRST, KEY, SECOND, THIRD
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import ASSETS, SHA, Stage, change, facet, fact, picture

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(400),
]
FILM, DOCUMENT, MODEL = ASSETS[3:6]
GRAVE = ("serious", "critical")
PAGES = [
    "/",
    f"/?selected={FIRST}",
    "/?q=zzz",
    *(f"/assets/{asset}" for asset in (FIRST, SECOND, THIRD, FILM, DOCUMENT, MODEL)),
    *(f"/assets/{DOCUMENT}?{asked}" for asked in ("find=lamp", "page=2")),
    *(f"/assets/{FIRST}/crops", f"/assets/{MODEL}/model"),
    *("/collections", "/shoots", "/shoots/autumn", "/products", "/products/RED", "/readiness", "/audit", "/bytes"),
    *("/audit?rule=refused", "/questions", "/activity", "/rules", "/lookup", "/folders", "/shares", "/shot-list"),
    *("/audit/mine", "/audit/report"),
    *("/upload-links", "/settings", "/keys", "/webhooks", "/fields", "/status", "/dead-letters", "/no-such-page"),
]
DIALOGS = {
    "keys": "?",
    "ask": "t",
    "edit": "e",
    "pack": "d",
    "share": "s",
    "look": " ",
    "reject": "r",
    "palette": "Control+k",
}
"""Dialog → the key that opens it where a picture is selected."""
WIDTHS = (1280, 390)
EXAMINE = """async ([dark, part]) => {
  const only = dark ? {runOnly: ["color-contrast"]} : {rules: {"target-size": {enabled: true}}};
  const told = await axe.run(part ?? document, {resultTypes: ["violations"], ...only});
  return told.violations.map(one => [one.impact, one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))]);
}"""


@pytest.fixture
async def told_of(stage: Stage) -> Stage:
    """Something of each kind, and in each state that is drawn in its own way."""
    about = {"channel": "webshop", "recipe": "r", "width": 40, "height": 30, "bytes": 9}
    film = {**about, "preset": "web-mp4", "key": f"renditions/{SHA}/film.mp4", "format": "mp4"}
    head = {"live": 1, "newest": 2, "state": "waiting", "approves": 2, "waiting": "Ready.", "cure": "Approve it."}
    rejected = {"reason": "The label is crooked.", "mark": {"left": 0.1, "top": 0.2, "width": 0.3, "height": 0.2}}
    pages = {"document": {"pages": 12, "made": 12, "title": "Assembly"}}
    glb = {**about, "preset": "model", "key": f"renditions/{SHA}/model.glb", "format": "glb"}
    page = {**about, "preset": "page-1", "page": 1, "key": f"renditions/{SHA}/page-1.webp", "format": "webp"}
    await stage.library.put(f"text/{SHA}.txt", b"Unpack the lamp.")
    model = {"model": {"size_m": [0.4, 0.9, 0.4], "triangles": 1200, "meshes": 1}}
    asked = [{"sku": "RED-43", "role": "back", "confidence": 0.6, "evidence": [{"kind": "likeness", "detail": "like"}]}]
    records = [
        *(one for asset in (FILM, DOCUMENT, MODEL) for one in picture(asset, f"kinds/{asset[:2]}.jpg")),
        facet(FILM, "renditions.video.web-mp4", {"sha256": SHA, "renditions": [film]}),
        facet(FILM, "renditions", {"sha256": SHA}, owes=["renditions.video.hls"], revision=2),
        facet(
            DOCUMENT,
            "renditions",
            {"sha256": SHA, "facts": pages, "renditions": [page], "text": f"text/{SHA}.txt"},
            revision=2,
        ),
        facet(MODEL, "renditions", {"sha256": SHA, "facts": model, "renditions": [glb]}, revision=2),
        *(one.model_copy(update={"version": 2}) for one in picture(FIRST, "autumn/RED_main.jpg")[:3]),
        facet(FIRST, "head", head, revision=2),
        facet(FIRST, "curation", {"fields": {"approval:1": rejected, "tag:shoe": "confirmed"}}),
        facet(SECOND, "links", {"links": [], "suggestions": asked}, revision=2),
    ]
    await stage.put([change(one) for one in [*records, fact("collection", "summer")]])
    return stage


@pytest.fixture
async def strangers(told_of: Stage, client: httpx.AsyncClient) -> dict[str, str]:
    """What people without an account open: name of the page → path."""
    shared = {"name": "For the press", "assets": [FIRST, SECOND], "presets": ["web"]}
    paths = {}
    for name, link in (("open share", {**shared}), ("closed share", {**shared, "password": "open sesame"})):
        answer = await client.post("/v1/shares", json=link, headers=KEY)
        paths[name] = answer.json()["url"].removeprefix("http://packshot.test")
    await Folding(told_of, SHARE)()
    wanted = {"name": "Studio Nord", "folder": "autumn", "skus": ["RED-42"]}
    answer = await client.post("/v1/upload-links", json=wanted, headers=KEY)
    paths["upload link"] = answer.json()["url"].removeprefix("http://packshot.test")
    await Folding(told_of, "upload-link")()
    return paths | {"no such share": "/s/none", "no such upload link": "/u/none", "sign-in": "/sign-in?token=none"}


async def grave(page: "Page", axe: str, part: str | None = None) -> list[Any]:
    """What axe finds on the page as it stands, or in that part of it, in both themes."""
    await page.evaluate(axe)
    found = []
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
        told = await page.evaluate(EXAMINE, [theme == "dark", part])
        found += [(theme, *one) for one in told if one[0] in GRAVE]
    return found


@pytest.fixture
async def address(told_of: Stage, app: FastAPI) -> AsyncIterator[str]:
    async with listening(app) as found:
        yield found


@pytest.fixture
def axe() -> str:
    """Its script."""
    from axe_playwright_python.base import AXE_SCRIPT

    return str(AXE_SCRIPT)


async def test_axe_finds_nothing_serious(address: str, strangers: dict[str, str], axe: str) -> None:
    found = {}
    async with chromium() as browser:
        async with window(browser, address, {COOKIE: Access("secret").session()}) as page:
            for path in PAGES:
                await page.goto(path)
                await page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
                found[path] = await grave(page, axe)
            await page.goto(f"/assets/{FIRST}")
            await page.locator("[data-compare]").first.click()
            found["compare"] = await grave(page, axe)
        async with window(browser, address, {}) as page:
            for name, path in strangers.items():
                await page.goto(path)
                found[name] = await grave(page, axe)
    none_of(found)


def none_of(found: dict[str, list[Any]]) -> None:
    """Fails with all that was found."""
    assert not any(found.values()), "\n".join(f"{name}: {one}" for name, told in found.items() for one in told)


async def previewed(page: "Page", key: str) -> None:
    """What would become of two pictures is shown."""
    for asset in (FIRST, SECOND):
        await page.locator(f"#c-{asset} .pick").check(force=True)
    await page.locator("#grid").press(key)
    if key == "t":
        await page.locator("#ask-value").fill("summer")
        await page.locator("#ask").get_by_role("button", name="Save").click()
    if key == "r":
        await page.locator("#reject-why").fill("The label is crooked.")
        await page.locator("#reject").get_by_role("button", name="Reject").click()
    await page.locator("#preview[open]").wait_for()


async def test_axe_finds_nothing_serious_in_what_opens(address: str, axe: str) -> None:
    found = {}
    async with chromium() as browser, window(browser, address, {COOKIE: Access("secret").session()}) as page:
        await page.route("http://store/**", lambda _: None)  # an upload that does not end
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 844})
            for dialog, key in DIALOGS.items():
                await page.goto(f"/?selected={FIRST}", wait_until="domcontentloaded")
                await page.locator("#grid").press(key)
                await page.locator(f"#{dialog}[open]").wait_for()
                found[f"{dialog} at {width}"] = await grave(page, axe, f"#{dialog}")
            for key in "tar":
                await page.goto("/", wait_until="domcontentloaded")
                await previewed(page, key)
                found[f"preview by {key} at {width}"] = await grave(page, axe, "#preview")
            await page.keyboard.press("Escape")
            found[f"selected at {width}"] = await grave(page, axe)
            await page.locator("#files").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"x"})
            await page.locator("#uploads .state-failed").wait_for()
            await page.evaluate("document.getElementById('drop').hidden = false")  # as while files are held over it
            found[f"upload at {width}"] = await grave(page, axe)
    none_of(found)
