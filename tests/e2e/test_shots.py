"""A film's key frames through the running pipeline: what only a later shot shows finds the film, and is on its page."""

import asyncio
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from schemas.tags import TAGS_SHOTS
from tests.e2e.harness import ALL, Pipeline

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.media, pytest.mark.timeout(300)]
SECONDS = 1.5
"""Of a shot."""
LATE_S = 60.0
FIT = "scale=480:480:force_original_aspect_ratio=decrease,pad=480:480:-1:-1,setsar=1"


def film(pictures: list[Path], folder: Path) -> bytes:
    """A silent film that shows each of these for so long."""
    shots = [word for file in pictures for word in ("-loop", "1", "-t", str(SECONDS), "-i", str(file))]
    fitted = "".join(f"[{at}]{FIT}[s{at}];" for at in range(len(pictures)))
    joined = "".join(f"[s{at}]" for at in range(len(pictures)))
    path = folder / "film.mp4"
    cut = ["-filter_complex", f"{fitted}{joined}concat=n={len(pictures)},fps=10"]
    coder = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", str(path)]
    subprocess.run(["ffmpeg", "-v", "error", *shots, *cut, *coder], check=True)
    return path.read_bytes()


def asked(pipeline: Pipeline, path: str) -> httpx.Response:
    """What the catalogue answers."""
    at = f"http://127.0.0.1:{pipeline.member('catalog').http_port}{path}"
    return httpx.get(at, headers={"Authorization": f"Bearer {pipeline.stack.secrets.admin_key}"}, timeout=10)


async def test_what_any_shot_shows_finds_the_film(pipeline: Pipeline, prefix: str, tmp_path: Path, media: Path) -> None:
    pictures = [sorted((media / "clothing" / kind).glob("*.jpg"))[0] for kind in ("shoes", "t-shirt")]
    key = f"{prefix}/film.mp4"
    await pipeline.run(*ALL, "catalog")
    async with pipeline.watch() as seen:
        await pipeline.drop([(key, film(pictures, tmp_path))])
        await seen.until(lambda: [] if key in seen.assets(prefix) else [key], 120)
        asset = seen.assets(prefix)[key]
        await seen.until(lambda: [] if seen.facet(asset, 1, TAGS_SHOTS) else [TAGS_SHOTS], 180)
        facet, poster = seen.facet(asset, 1, TAGS_SHOTS), seen.facet(asset, 1, "tags")
    assert facet and facet["status"] == "done" and poster and poster["status"] == "done"
    shots = facet["data"]["shots"]
    assert [(one["start"], one["end"]) for one in shots] == [(0, SECONDS), (SECONDS, 2 * SECONDS)]
    first = {one["label"] for one in poster["data"]["labels"]}
    (other,) = {one["label"] for shot in shots for one in shot["labels"]} - first
    started = time.monotonic()
    query = f"/v1/assets?q={other}&folder={prefix}&label={other}"
    while [one["id"] for one in (await asyncio.to_thread(asked, pipeline, query)).json()["items"]] != [asset]:
        assert time.monotonic() - started < LATE_S, f"{other} does not find the film\n{pipeline.complaint()}"
        await asyncio.sleep(0.2)
    whole = asked(pipeline, f"/v1/assets/{asset}").json()
    assert {one["label"] for one in whole["tags"]} == first | {other}
    assert [one.get("labels", []) for one in whole["facts"]["video"]["shots"]] == [one["labels"] for one in shots]
    page = asked(pipeline, f"/assets/{asset}").text
    assert f"0.0 s to {SECONDS} s {other}" in page or f"{SECONDS} s to {2 * SECONDS} s {other}" in page
