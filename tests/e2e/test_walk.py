"""The acceptance walk, by the page in Chromium: from a dropped file to a shared pack, and the shop that looks on."""

import asyncio
import io
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pyvips

from cli import sample
from cli.home import current
from schemas.folders import FOLDERS
from services.catalog.meaning.build import build
from services.ingest.profiles import FRESH_S
from tests import browser
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.people import people, shows, upload
from tests.e2e.test_delivery import ask, looking
from tests.e2e.test_delivery import until as answers
from tests.e2e.watch import Watch

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.broker,
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(600),
]
SOFA, TRAINER = "home/SOFA-LEATHER_front.jpg", "shoes/TRAINER-BLACK_main.jpg"
LOOKS = 20


def altered(body: bytes, brighter: float = 1.0, width: int = 1200) -> bytes:
    """The same photograph in other bytes."""
    image = pyvips.Image.thumbnail_buffer(body, width).linear([brighter], [0]).cast("uchar")
    return bytes(image.jpegsave_buffer(Q=80))


async def test_from_a_dropped_file_to_a_shared_pack(pipeline: Pipeline, prefix: str) -> None:
    pictures = sample.build(current().root / "sample") / sample.PICTURES_FOLDER
    sofa, sku = (pictures / SOFA).read_bytes(), f"{prefix.upper()}-SOFA"
    name = f"{sku}_front.jpg"
    await asyncio.to_thread(build, pipeline.stack.home.models)
    await pipeline.run(*ALL, "catalog", "delivery")
    async with pipeline.watch() as seen, people(pipeline) as (page, stranger):
        await pipeline.products(sku)
        others = {f"{prefix}/trainer.jpg": (pictures / TRAINER).read_bytes(), f"{prefix}/copy.jpg": altered(sofa)}
        await pipeline.drop(others.items())
        await seen.settle(others)
        copy = seen.assets(prefix)[f"{prefix}/copy.jpg"]
        asset = await drops(page, prefix, name, sofa, seen)
        await pipeline.library.put(FOLDERS, f"folders:\n  {prefix}: {{approval: review}}\n".encode())
        reviewed = time.monotonic()
        await finds(page, prefix, asset, copy)
        await decides(page, asset, sku, seen)
        await frames(page, asset, [one for key, one in seen.assets(prefix).items() if key in others], seen)
        await asyncio.sleep(max(0.0, FRESH_S - (time.monotonic() - reviewed)))
        await replaces(pipeline, page, prefix, asset, name, altered(sofa, 0.8), f"{sku}/main/web.jpg", seen)
        await shares(page, stranger, prefix, asset)
    await pipeline.library.delete(FOLDERS)


async def drops(page: "Page", prefix: str, name: str, body: bytes, seen: Watch) -> str:
    """The file shows at once, and becomes ready while it is looked at. Returns its asset."""
    await page.goto(f"/?folder={prefix}")
    await upload(page, name, body)
    cell = page.locator(f'.cell[data-name="{name}"]')
    await cell.wait_for(timeout=60_000)
    await page.locator(f'.cell[data-name="{name}"][data-state="complete"] img').wait_for(timeout=90_000)
    return seen.assets(prefix)[f"{prefix}/{name}"]


async def finds(page: "Page", prefix: str, asset: str, copy: str) -> None:
    """By a word that it is tagged with, by one that means the same, and by a picture that it looks like."""
    cell = page.locator(f"#c-{asset}")
    await page.locator("#q").fill("sofa")
    await page.locator("#q").press("Enter")
    await page.wait_for_url("**/?q=sofa&folder=*")
    await cell.wait_for()
    assert not await page.locator('.cell[data-name="trainer.jpg"]').count()
    await shows(page, f"/?folder={prefix}&q=couch", cell)
    await shows(page, f"/assets/{copy}", page.locator(f'.alike a[href="/assets/{asset}"]'))


async def decides(page: "Page", asset: str, sku: str, seen: Watch) -> None:
    """A tag is fixed, a link confirmed; the page shows both by itself."""
    await page.goto(f"/assets/{asset}")
    await page.get_by_role("button", name="Reject sofa").click()
    await page.locator(".tags .rejected", has_text="sofa").wait_for()
    await page.keyboard.press("t")
    await page.locator("#ask-value").fill("settee")
    await page.locator("#ask-value").press("Enter")
    await page.locator('.tags a[href="/?label=settee"]').wait_for()
    await page.get_by_role("button", name=f"Confirm {sku}").click()
    await page.locator(".links .confirmed", has_text=sku).wait_for()
    told = seen.facet(asset, 0, "curation")
    fields = told["data"]["fields"] if told else {}
    assert (fields["tag:sofa"], fields["tag:settee"], fields[f"link:{sku}"]) == ("rejected", "confirmed", "confirmed")


def recipes(seen: Watch, asset: str) -> dict[str, str]:
    """Preset → recipe that its file was made by."""
    facets = [seen.facet(asset, 1, name) for name in ("renditions.first", "renditions", "renditions.later")]
    return {made["preset"]: made["recipe"] for one in facets if one for made in one["data"]["renditions"]}


async def frames(page: "Page", asset: str, others: list[str], seen: Watch) -> None:
    """A focal point makes anew what it cuts of this picture, and nothing else."""
    before, beside = recipes(seen, asset), [recipes(seen, one) for one in others]
    await page.goto(f"/assets/{asset}/crops")
    for _ in range(12):
        await page.locator("#crop-dot").press("ArrowLeft")
    await page.get_by_role("button", name="Save").click()
    await seen.until(lambda: [] if recipes(seen, asset) != before else ["another square"])
    await seen.quiet()
    after = recipes(seen, asset)
    assert {preset for preset in after if after[preset] != before[preset]} == {"square"}
    assert [recipes(seen, one) for one in others] == beside


async def replaces(
    pipeline: Pipeline, page: "Page", prefix: str, asset: str, name: str, body: bytes, path: str, seen: Watch
) -> None:
    """A new file waits to be approved while the shop shows the old one; then the shop has the new one, and no hole."""
    url = f"http://127.0.0.1:{pipeline.member('delivery').http_port}/p/{path}"
    old = await answers(url, lambda found: found[0] == 200)
    await page.goto(f"/?folder={prefix}")
    async with looking(url) as looks:
        await upload(page, name, body)
        await seen.until(lambda: [] if seen.head(asset).get("approves") == 2 else ["a version that waits for approval"])
        await page.goto(f"/assets/{asset}")
        await page.get_by_role("button", name="Approve").wait_for()
        assert await asyncio.to_thread(ask, url) == old
        await page.get_by_role("button", name="Approve").click()
        new = await answers(url, lambda found: found[0] == 200 and found != old)
        count = len(looks)
        while len(looks) < count + LOOKS:  # noqa: ASYNC110 - on a busy machine an answer takes a while
            await asyncio.sleep(0.05)
    assert {status for status, _ in looks} == {200}, "the address answered something else for a moment"
    assert looks == sorted(looks, key=[old, new].index), "the old bytes came back"


async def shares(page: "Page", stranger: "Page", prefix: str, asset: str) -> None:
    """A stranger takes the pack by a link, until it is revoked."""
    title = f"For {prefix}"
    await page.goto(f"/?folder={prefix}&selected={asset}")
    await page.locator("#grid").press("x")
    await page.locator("#grid").press("s")
    await page.locator("#share-name").fill(title)
    await page.locator('#share-presets input[value="web"]').check()
    await page.get_by_role("button", name="Make the link").click()
    await page.locator("#share-made").wait_for()
    link = await page.locator("#share-url").input_value()
    await shows(stranger, link, stranger.get_by_role("heading", name=title))
    async with stranger.expect_download() as waiting:
        await stranger.get_by_role("button", name="Download").click()
    pack = zipfile.ZipFile(io.BytesIO(Path(await (await waiting.value).path()).read_bytes()))
    assert [one.rpartition(".")[2] for one in pack.namelist()] == ["jpg"] and pack.testzip() is None
    await page.goto("/shares")
    await page.get_by_role("button", name=f"Revoke {title}").click()
    await shows(stranger, link, stranger.get_by_text("has expired, or was taken back"))
