"""The 3D viewer on an asset's page: loaded when it is asked for, under a policy of its own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI

from services.catalog.api.access import COOKIE, Access
from services.catalog.page import viewer
from tests import browser
from tests.chromium import chromium, window
from tests.integration.catalog_client import FIRST, SECOND
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import SHA, Stage, change, facet

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]
STANDS_IN = """
customElements.define("model-viewer", class extends HTMLElement {
  connectedCallback() {
    this.tabIndex = 0;
    this.addEventListener("keydown", event => { this.dataset.key = event.key; });
    fetch(this.getAttribute("src")).then(answer => {
      this.dataset.status = answer.status;
      this.dispatchEvent(new Event("load"));
    });
  }
});
"""
"""The real one draws by WebGL, which a browser without a graphics card does in seconds, or not at all."""


@pytest.fixture
async def turned(stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    """The first is a model. Its viewer is a stand-in, and its decoder is not there."""
    script = tmp_path / "stands-in.js"
    script.write_text(STANDS_IN)
    monkeypatch.setattr(viewer, "VIEWER", {"model-viewer.js": script})
    about: dict[str, Any] = {"channel": "webshop", "recipe": "r", "width": 0, "height": 0, "bytes": 4}
    glb = {**about, "preset": "model", "key": f"renditions/{SHA}/model.glb", "format": "glb"}
    web = {**about, "preset": "web", "key": f"renditions/{SHA}/web.webp", "format": "webp", "width": 4, "height": 4}
    await stage.put([change(facet(FIRST, "renditions", {"sha256": SHA, "renditions": [web, glb]}, revision=2))])
    await stage.library.put(glb["key"], b"glTF")
    return stage


@pytest.fixture
async def signed(client: httpx.AsyncClient, turned: Stage) -> httpx.AsyncClient:
    client.cookies.set(COOKIE, Access("secret").session())
    return client


async def test_its_page_alone_has_the_wider_policy(signed: httpx.AsyncClient) -> None:
    frame = await signed.get(f"/assets/{FIRST}/model")
    policy = frame.headers["content-security-policy"]
    assert "'wasm-unsafe-eval'" in policy and "frame-ancestors 'self'" in policy and "http" not in policy
    assert "scene-viewer" not in frame.text and "renditions/model?version=1" in frame.text
    around = await signed.get(f"/assets/{FIRST}")
    assert "wasm" not in around.headers["content-security-policy"] and "data-model=" in around.text
    assert (await signed.get(f"/assets/{SECOND}/model")).status_code == 404
    assert (await signed.get("/viewer/model-viewer.js")).text == STANDS_IN
    assert (await signed.get("/viewer/..%2f..%2fpyproject.toml")).status_code == 404
    signed.cookies.clear()
    assert (await signed.get(f"/assets/{FIRST}/model")).status_code == 401


async def test_without_the_extra_the_page_says_how_to_get_it(
    signed: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(viewer, "VIEWER", {"model-viewer.js": tmp_path / "none.js"})
    text = (await signed.get(f"/assets/{FIRST}")).text
    assert "data-model=" not in text and "setup --with 3d" in text
    assert "--with 3d" in (await signed.get("/viewer/model-viewer.js")).text


async def _turn(page: "Page") -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"/assets/{FIRST}", wait_until="domcontentloaded")
    button = page.get_by_role("button", name="Turn it in 3D")
    await button.wait_for()
    assert not [url for url in asked if "/viewer/" in url or "model" in url.rpartition("/")[2]]
    await button.press("Enter")
    model = page.frame_locator(".turning").locator('model-viewer[data-status="200"]')
    await model.wait_for()
    await page.frame_locator(".turning").locator("body[data-loaded]").wait_for()
    await page.keyboard.press("ArrowRight")
    await page.frame_locator(".turning").locator('model-viewer[data-key="ArrowRight"]').wait_for()
    await page.keyboard.press("Escape")
    await page.locator(".turning").wait_for(state="detached")
    assert await button.evaluate("button => button === document.activeElement")
    return asked


@pytest.mark.skipif(browser.program() is None, reason="no chromium here")
async def test_it_loads_when_asked_for_and_takes_the_keys(turned: Stage, app: FastAPI) -> None:
    cookies = {COOKIE: Access("secret").session()}
    async with listening(app) as address, chromium() as started, window(started, address, cookies) as page:
        asked = await _turn(page)
        assert all(url.startswith((address, "data:", "blob:")) for url in asked), "nothing leaves the host"
