"""The poster: not black, not blurred, upright, and then every rendition of a picture."""

import shutil
from pathlib import Path

import pytest
import pyvips

from services.render.facts import Facts
from services.render.presets import load_presets
from services.render.recipe import resolve
from services.render.video.poster import WORST, score
from services.render.video.work import poster
from tests.unit.render.video.conftest import Clip


def values(file: Path, folder: Path) -> list[dict[str, object]]:
    shutil.copyfile(file, folder / "input")
    recipes = [resolve(load_presets().named(name), Facts()).model_dump(mode="json") for name in ("thumbnail", "web")]
    return list(poster({"input": "input", "recipes": recipes}, folder))


def test_black_white_and_empty_are_worst() -> None:
    for level in (0, 8, 128, 255):
        assert score((pyvips.Image.black(64, 64, bands=3) + level).cast("uchar").copy(interpretation="srgb")) == WORST


def test_sharp_is_better_than_blurred() -> None:
    sharp = (pyvips.Image.gaussnoise(64, 64, sigma=40, mean=120).cast("uchar")).bandjoin([128, 128])
    sharp = sharp.cast("uchar").copy(interpretation="srgb")
    assert score(sharp) > score(sharp.gaussblur(3))


def test_the_dark_beginning_is_not_the_poster(clip: Clip, tmp_path: Path) -> None:
    parts = "color=black:size=320x180:rate=10:duration=3[a];testsrc=size=320x180:rate=10:duration=1[b]"
    file = clip("dark.mp4", video=f"{parts};[a]format=rgb24[c];[c][b]concat=n=2,format=yuv420p", sound=None)
    video, image, thumbnail, web = values(file, tmp_path)
    assert isinstance(video["video"], dict) and video["video"]["poster_at"] > 3.0
    assert image["image"] == {**image["image"], "width": 320, "height": 180}  # type: ignore[dict-item]
    assert (thumbnail["preset"], web["preset"]) == ("thumbnail", "web")
    made = pyvips.Image.jpegload(str(tmp_path / str(web["file"])))
    assert (made.width, made.height) == (320, 180) and made.avg() > 60


def test_a_black_video_has_a_black_poster(clip: Clip, tmp_path: Path) -> None:
    file = clip("black.mp4", video="color=black:size=320x180:rate=10:duration=1,format=yuv420p", sound=None)
    assert len(values(file, tmp_path)) == 4


@pytest.mark.parametrize("seconds", ["0.1", "0.5"])
def test_a_very_short_video_has_one_too(seconds: str, clip: Clip, tmp_path: Path) -> None:
    source = f"testsrc=size=320x180:rate=10:duration={seconds},format=yuv420p"
    assert len(values(clip(f"short-{seconds}.mp4", video=source, sound=None), tmp_path)) == 4
