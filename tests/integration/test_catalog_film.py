"""The page's own player, in Chromium: it plays the ladder of a film, and goes up to a higher step."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from services.catalog.api.access import COOKIE, Access
from services.render.video.rungs import Step
from services.render.video.work import rung as work
from tests import browser
from tests.integration.catalog_client import FIRST
from tests.integration.catalog_stage import SHA, Stage, change, facet
from tests.unit.render.video.conftest import film_of_four_seconds, quick

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(180),
]
LADDER = f"renditions/{SHA}/ladder/ab12"
PLAY = """
const [done] = arguments, video = document.querySelector("video.picture");
const heights = video.videoHeight ? [video.videoHeight] : [];  // it has looked at the first step by now
const told = more => done({...more, source: video.currentSrc, at: video.currentTime, heights});
video.onresize = () => heights.push(video.videoHeight);
video.onended = () => told({ended: true});
video.onerror = () => told({error: video.error.message});
video.play().catch(error => told({error: String(error)}));
"""


def _ladder(folder: Path) -> dict[str, Any]:
    shutil.copyfile(film_of_four_seconds(folder), folder / "input")
    steps = tuple(Step(height=height, kbit=kbit) for height, kbit in ((240, 600), (120, 100)))
    rung = quick("hls", ladder=steps, segment_seconds=1.0)
    *_, last = work({"input": "input", "rung": rung.model_dump(mode="json"), "focal": None}, folder)
    made: dict[str, Any] = last["made"]
    return made


@pytest.fixture
async def film(stage: Stage, tmp_path: Path) -> dict[str, Any]:
    """The first asset has a ladder, and an MP4 that nobody may need."""
    made = await asyncio.to_thread(_ladder, tmp_path)
    about = {"channel": "webshop", "recipe": "r", "width": made["width"], "height": made["height"], "bytes": 9}
    plain = {**about, "preset": "web-mp4", "key": f"renditions/{SHA}/film.mp4", "format": "mp4"}
    steps = {**about, "preset": "hls", "key": f"{LADDER}/master.m3u8", "format": "hls"}
    files = [{**file, "key": f"{LADDER}/{file['name']}", "media_type": "video/mp4"} for file in made["files"]]
    rungs = {"web-mp4": {"renditions": [plain]}, "hls": {"renditions": [steps], "files": files}}
    await stage.put(
        [change(facet(FIRST, f"renditions.video.{name}", {"sha256": SHA, **data})) for name, data in rungs.items()]
    )
    for file in made["files"]:
        await stage.library.put(f"{LADDER}/{file['name']}", (tmp_path / file["name"]).read_bytes())
    return made


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[str]:
    """The app on a port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
    with socket.create_server(("127.0.0.1", 0)) as door:  # who comes before it has started waits at the door
        running = asyncio.create_task(server.serve([door]))
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


def _watch(address: str) -> dict[str, Any]:
    with browser.browser() as page:
        page.sign_in(address, COOKIE, Access("secret").session())
        page.open(f"{address}/assets/{FIRST}")
        played: dict[str, Any] = page.run(PLAY)
        return played


async def test_the_page_plays_the_ladder_and_changes_steps(film: dict[str, Any], app: FastAPI) -> None:
    async with listening(app) as address:
        played = await asyncio.to_thread(_watch, address)
    assert played.get("ended"), played
    assert played["source"].partition("?")[0].endswith("/renditions/hls")
    assert played["at"] == pytest.approx(film["seconds"], abs=0.3)
    assert set(played["heights"]) == {120, 240}, played
