"""Other kinds of media through the running pipeline: a film, a document, a drawing, a phone's picture, a 3D model.

A model costs 20 seconds of CPU time without a graphics card, so there is one; tests/unit/render/model has many.
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import pyvips

from schemas.topics import ASSET_METADATA
from tests.e2e.harness import ALL, Pipeline
from tests.e2e.watch import Watch
from tests.fakes.files import pdf
from tests.unit.render.model.conftest import needs_extra

pytestmark = [pytest.mark.e2e, pytest.mark.broker, pytest.mark.timeout(240)]
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg' width='20' height='10'><circle cx='9' cy='5' r='4'/></svg>"
PAGE = pdf([b"0 0 1 rg 20 20 100 50 re f"])


def film(folder: Path) -> bytes:
    """Half a second of a test picture with a tone."""
    path = folder / "clip.mp4"
    picture, tone = "testsrc=size=160x90:rate=10:duration=0.5", "sine=duration=0.5"
    sources = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone]
    coders = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-c:a", "aac"]
    subprocess.run(["ffmpeg", "-v", "error", *sources, *coders, str(path)], check=True)
    return path.read_bytes()


def phone() -> bytes:
    """An AVIF, of the family that phones write. Nothing here writes HEVC: a real HEIC is among the media."""
    flat = pyvips.Image.black(64, 48, bands=3).linear(1, [200, 40, 40]).cast("uchar").copy(interpretation="srgb")
    return bytes(flat.heifsave_buffer(compression="av1", effort=0))


async def test_each_becomes_complete(pipeline: Pipeline, prefix: str, tmp_path: Path) -> None:
    clip, page, logo, shot = (f"{prefix}/{name}" for name in ("clip.mp4", "page.pdf", "logo.svg", "shot.avif"))
    files = {clip: film(tmp_path), page: PAGE, logo: DRAWING, shot: phone()}
    made = await complete(pipeline, prefix, files)
    assert "web-mp4" in made[clip]
    assert "page-1" in made[page]


@pytest.mark.media
async def test_a_phones_heic(pipeline: Pipeline, prefix: str, media: Path) -> None:
    shot = f"{prefix}/IMG_0001.heic"
    made = await complete(pipeline, prefix, {shot: (media / "formats" / "cheers_1440x960.heic").read_bytes()})
    assert {"square", "web-avif"} <= made[shot].keys()


@pytest.mark.media
@needs_extra
async def test_a_model(pipeline: Pipeline, prefix: str, media: Path) -> None:
    knight = f"{prefix}/knight.glb"
    made = await complete(pipeline, prefix, {knight: (media / "models" / "chr_knight.glb").read_bytes()})
    assert {"model", "model-ios", "model-report", "turntable-1", "turntable-8"} <= made[knight].keys()


async def complete(pipeline: Pipeline, prefix: str, files: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    """Drop these, wait until nothing of them is owed; what `renditions` says of each. All of it lies in the library."""
    await pipeline.run(*ALL)
    async with pipeline.watch() as seen:
        await pipeline.drop(files.items())
        await seen.settle(files)
        assert {key: seen.state(key) for key in files} == dict.fromkeys(files, "complete")
        assets = seen.assets(prefix)
        made = {key: renditions(seen, assets[key]) for key in files}
        assert not seen.dead
    for key in files:
        assert {"thumbnail", "web"} <= made[key].keys(), key
    for stored in (stored for found in made.values() for stored in found.values()):
        assert await pipeline.library.head(stored) is not None, stored
    return made


def renditions(seen: Watch, asset_id: str) -> dict[str, str]:
    """Preset → key in the library, of all facets of an asset's renditions."""
    facets = [data for data in seen.last[ASSET_METADATA.name].values() if data and data["asset_id"] == asset_id]
    made = [one for data in facets if data["facet"].startswith("renditions") for one in data["data"]["renditions"]]
    return {one["preset"]: one["key"] for one in made}
