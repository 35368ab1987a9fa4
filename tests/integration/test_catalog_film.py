"""A film on the page, in Chromium: its storyboard leads to a time, its ladder plays and changes steps, and how
far a rung is moves with it."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from schemas.video import VideoProgress
from services.catalog.api.access import COOKIE, Access
from services.catalog.api.deps import Deps
from services.render.video.rungs import Step
from services.render.video.work import rung as work
from tests import browser
from tests.integration.catalog_client import FIRST
from tests.integration.catalog_door import listening
from tests.integration.catalog_stage import SHA, Stage, change, facet
from tests.unit.render.video.conftest import film_of_four_seconds, quick

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(browser.program() is None, reason="no chromium here"),
    pytest.mark.timeout(180),
]
LADDER, BOARD = f"renditions/{SHA}/ladder/ab12", f"renditions/{SHA}/board/cd34"
PLAY = """
const [done] = arguments, video = document.querySelector("video.picture");
const heights = video.videoHeight ? [video.videoHeight] : [];  // it has looked at the first step by now
const told = more => done({...more, source: video.currentSrc, at: video.currentTime, heights});
video.onresize = () => heights.push(video.videoHeight);
video.onended = () => told({ended: true});
video.onerror = () => told({error: video.error.message});
video.play().catch(error => told({error: String(error)}));
"""
SEEK = """
const [done] = arguments, film = document.querySelector("video.picture");
const look = () => {
  const frames = [...document.querySelectorAll(".storyboard:not([hidden]) button")];
  if (!frames.length || film.readyState < 1) return setTimeout(look, 50);
  film.addEventListener("seeked", () => done({
    names: frames.map(one => one.getAttribute("aria-label")), at: film.currentTime,
    tabbed: frames.filter(one => one.tabIndex === 0).length,
    sheet: frames[2].style.backgroundImage, width: frames[2].offsetWidth,
  }), {once: true});
  frames[2].click();
};
look();
"""
BAR = """
const [name, share, done] = arguments;
const look = () => {
  const shown = document.querySelector(`[data-film="${name}"]`);
  if (shown?.querySelector("progress").value === share) done(shown.querySelector("span").textContent);
  else setTimeout(look, 50);
};
look();
"""


def _rungs(folder: Path) -> list[dict[str, Any]]:
    """What is made of a film: a ladder, and a storyboard."""
    shutil.copyfile(film_of_four_seconds(folder), folder / "input")
    steps = tuple(Step(height=height, kbit=kbit) for height, kbit in ((240, 600), (120, 100)))
    wanted = (quick("hls", ladder=steps, segment_seconds=1.0), quick("storyboard"))
    told = [
        list(work({"input": "input", "rung": one.model_dump(mode="json"), "focal": None}, folder)) for one in wanted
    ]
    return [last["made"] for *_, last in told]


@pytest.fixture
async def film(stage: Stage, tmp_path: Path) -> dict[str, Any]:
    """The first asset has a ladder, a storyboard, and an MP4 that nobody may need. Returns the ladder."""
    ladder, board = await asyncio.to_thread(_rungs, tmp_path)
    about = {"channel": "webshop", "recipe": "r", "bytes": 9}
    size = {"width": ladder["width"], "height": ladder["height"]}
    plain = {**about, **size, "preset": "web-mp4", "key": f"renditions/{SHA}/film.mp4", "format": "mp4"}
    rungs: dict[str, Any] = {"web-mp4": {"renditions": [plain]}}
    for name, made, place in (("hls", ladder, LADDER), ("storyboard", board, BOARD)):
        size = {"width": made["width"], "height": made["height"]}
        one = {**about, **size, "preset": name, "key": f"{place}/{made['file']}", "format": name}
        files = [{**file, "key": f"{place}/{file['name']}", "media_type": "video/mp4"} for file in made["files"]]
        rungs[name] = {"renditions": [one], "files": files}
        for file in made["files"]:
            await stage.library.put(f"{place}/{file['name']}", (tmp_path / file["name"]).read_bytes())
    await stage.put(
        [change(facet(FIRST, f"renditions.video.{name}", {"sha256": SHA, **data})) for name, data in rungs.items()]
    )
    return ladder


@contextmanager
def looking_at(address: str) -> Iterator[browser.Browser]:
    """The first asset's page, opened by somebody who is signed in."""
    with browser.browser() as page:
        page.sign_in(address, COOKIE, Access("secret").session())
        page.open(f"{address}/assets/{FIRST}")
        yield page


def _watch(address: str) -> tuple[dict[str, Any], dict[str, Any]]:
    with looking_at(address) as page:
        sought = page.run(SEEK)
        page.run("document.querySelector('video.picture').currentTime = 0; arguments[0]()")
        return sought, page.run(PLAY)


async def test_the_page_plays_the_ladder_and_changes_steps(film: dict[str, Any], app: FastAPI) -> None:
    async with listening(app) as address:
        sought, played = await asyncio.to_thread(_watch, address)
    assert sought["names"][:4] == [f"Go to 0:0{second}" for second in range(4)]
    assert sought["at"] == pytest.approx(2, abs=0.1) and "storyboard-1.jpg" in sought["sheet"]
    assert sought["tabbed"] == 1 and sought["width"] == pytest.approx(96, abs=1)
    assert played.get("ended"), played
    assert played["source"].partition("?")[0].endswith("/renditions/hls")
    assert played["at"] == pytest.approx(film["seconds"], abs=0.3)
    assert set(played["heights"]) == {120, 240}, played


async def test_a_bar_moves_while_it_is_looked_at(stage: Stage, app: FastAPI) -> None:
    owes = ["renditions.video.hls"]
    await stage.put([change(facet(FIRST, "renditions", {"sha256": SHA}, owes=owes, revision=2))])
    deps: Deps = app.state.deps
    shown = threading.Event()

    def tell(share: float, eta_s: float) -> None:
        told = VideoProgress(asset_id=FIRST, version=1, rung="hls", share=share, eta_s=eta_s)
        deps.making.take(told)
        deps.live.tell({"event": "film", "data": told.model_dump(mode="json")})

    async def go_on() -> None:
        while True:  # as render does: the page may not listen yet
            await asyncio.sleep(0.2)
            tell(*((0.5, 8.0) if shown.is_set() else (0.25, 24.0)))

    def look(address: str) -> list[str]:
        with looking_at(address) as page:
            seen = [page.run(BAR, f"{FIRST}/hls", 0.25)]
            shown.set()
            return [*seen, page.run(BAR, f"{FIRST}/hls", 0.5)]

    rendering = asyncio.create_task(go_on())
    async with listening(app) as address:
        seen = await asyncio.to_thread(look, address)
    rendering.cancel()
    assert seen == ["25 %, about 24 s left", "50 %, about 8 s left"]
