"""Real clips: each is made, plays, and is as loud as it shall be."""

import os
import shutil
from pathlib import Path

import pytest

from services.render.facts import Facts
from services.render.presets import load_presets
from services.render.recipe import resolve
from services.render.video.work import poster
from tests.unit.render.video.conftest import Make, decoded, loudness, probed

pytestmark = [
    pytest.mark.media,
    pytest.mark.timeout(240),  # half a minute on two free cores
    pytest.mark.skipif("PACKSHOT_MEDIA" not in os.environ, reason="PACKSHOT_MEDIA is not set"),
]


def clips() -> list[Path]:
    return sorted(Path(os.environ["PACKSHOT_MEDIA"], "video").iterdir())


def test_every_clip_has_a_poster(tmp_path: Path) -> None:
    recipe = resolve(load_presets().named("thumbnail"), Facts()).model_dump(mode="json")
    for number, path in enumerate(clips()):
        (tmp_path / str(number)).mkdir()
        shutil.copyfile(path, tmp_path / str(number) / "input")
        video, image, thumbnail = poster({"input": "input", "recipes": [recipe]}, tmp_path / str(number))
        assert max(thumbnail["width"], thumbnail["height"]) in (320, 240), path.name
        upright = video["video"]["height"] > video["video"]["width"]
        assert upright == (image["image"]["height"] > image["image"]["width"]), path.name
        assert video["video"]["located"] == (path.name in ("with-gps.mov", "ftyp3gp5.mp4"))


def test_every_clip_plays_on_the_web(make: Make) -> None:
    for path in clips():
        made = make(path, "web-mp4", width=640, height=360)
        file = Path(made["folder"]) / "web-mp4.mp4"
        decoded(file)
        if made["made"]["loudness"] is not None:
            assert loudness(file) == pytest.approx(-14.0, abs=1.0), path.name
        assert b"+32.09" not in file.read_bytes()
        assert float(probed(file, "format=duration")[0]) == pytest.approx(made["video"]["seconds"], abs=0.2)
