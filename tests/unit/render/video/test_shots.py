"""A film by shots: cuts, black and frozen parts, silence, and a key frame of each shot."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pyvips

from services.render.video import shots
from services.render.video.cuts import cuts, longest
from tests.unit.render.video.conftest import Clip, Make

SIZE = "size=320x180:rate=10"
# Two seconds that move, a black one, two that stand still, and one that moves again.
SCENES = (
    f"testsrc2={SIZE}:duration=2,format=yuv420p[a];color=black:{SIZE}:duration=1,format=yuv420p[b];"
    f"smptebars={SIZE}:duration=2,format=yuv420p[c];mandelbrot={SIZE},trim=duration=1,format=yuv420p[d];"
    "[a][b][c][d]concat=n=4[out0]"
)


def lines(*marks: tuple[float, str]) -> Iterator[str]:
    """As ffmpeg's `metadata` writes them."""
    for number, (at, mark) in enumerate(marks):
        yield f"frame:{number}    pts:{number}       pts_time:{at}\n"
        yield f"lavfi.{mark}\n"


def test_a_cut_is_a_border_unless_one_was_just_before() -> None:
    told = cuts(lines((2.0, "scene_score=0.9"), (2.2, "scene_score=0.8"), (5.0, "scene_score=0.29")), 8.0)
    assert told.shots == ((0.0, 2.0), (2.0, 8.0)) and told.black == told.frozen == ()


def test_black_is_no_shot_and_parts_them() -> None:
    told = cuts(lines((3.0, "black_start=3"), (4.0, "black_end=4"), (4.0, "scene_score=0.9")), 6.0)
    assert told.shots == ((0.0, 3.0), (4.0, 6.0)) and told.black == ((3.0, 4.0),)


def test_what_is_black_or_frozen_at_the_end_is_so_to_the_end() -> None:
    assert cuts(lines((3.0, "black_start=3")), 6.0).black == ((3.0, 6.0),)
    told = cuts(lines((3.0, "freezedetect.freeze_start=2"), (3.0, "black_start=5.8")), 6.0)
    assert told.frozen == ((2.0, 6.0),) and told.black == ()


def test_a_black_part_is_not_frozen_too() -> None:
    marks = lines((1.0, "black_start=1"), (2.0, "freezedetect.freeze_start=1"), (3.0, "black_end=3"))
    assert cuts(marks, 4.0).frozen == ()
    assert cuts([], 4.0).shots == ((0.0, 4.0),) and cuts([], 0.2).shots == ((0.0, 0.2),)


def test_words_in_place_of_times_and_a_film_that_flickers() -> None:
    told = cuts(["frame:0 pts:NOPTS pts_time:NOPTS\n", "lavfi.scene_score=nan\n"], 2.0)
    assert told.shots == ((0.0, 2.0),)
    flickers = cuts(lines(*((number / 100, "scene_score=1") for number in range(6000))), 60.0)
    assert len(flickers.shots) == 120
    assert longest([(0.0, 1.0), (1.0, 4.0), (4.0, 6.0)], 2) == [(1.0, 4.0), (4.0, 6.0)]


def test_scenes_black_frozen_and_silent(clip: Clip, make: Make) -> None:
    made = make(clip("scenes.mp4", SCENES, "anullsrc=duration=6"), "shots")
    told, folder = made["made"]["by_shots"], Path(made["folder"])
    assert [(one["start"], one["end"]) for one in told["shots"]] == near([(0, 2), (3, 5), (5, 6)])
    assert spans(told["black"]) == near([(2, 3)]) and spans(told["frozen"]) == near([(3, 5)])
    assert told["silent"] is True and made["made"]["notes"] == ()
    names = [one["picture"] for one in told["shots"]]
    assert [file["name"] for file in made["made"]["files"]] == ["shots.vtt", *names]
    assert "00:00:03.000 --> 00:00:05.000\nshot-2.jpg\n" in (folder / "shots.vtt").read_text()
    bars = pyvips.Image.jpegload(str(folder / names[1]))
    assert (bars.width, bars.height) == (320, 180)
    assert bars(20, 20) == pytest.approx([180, 180, 180], abs=12)  # the first of the bars is light grey


def test_a_film_with_sound_that_never_changes_is_one_shot(clip: Clip, make: Make) -> None:
    told = make(clip(), "shots")["made"]["by_shots"]
    assert spans(told["shots"]) == near([(0, 3)]) and (told["silent"], told["black"]) == (False, [])


def test_a_black_film_has_no_shot_and_no_picture(clip: Clip, make: Make) -> None:
    made = make(clip("black.mp4", f"color=black:{SIZE}:duration=2,format=yuv420p", None), "shots")["made"]
    assert made["by_shots"]["shots"] == [] and made["by_shots"]["silent"] is True
    assert spans(made["by_shots"]["black"]) == near([(0, 2)])
    assert [file["name"] for file in made["files"]] == ["shots.vtt"]


def test_a_long_film_is_looked_at_by_its_key_frames(clip: Clip, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shots, "WHOLE_S", 5.0)
    monkeypatch.setattr(shots, "PICTURES", 2)
    file = clip("keys.mp4", SCENES, None, "-c:v libx264 -preset ultrafast -g 10")
    done = make(file, "shots")
    made = done["made"]
    assert spans(made["by_shots"]["shots"]) == near([(0, 2), (3, 5), (5, 6)])
    assert [bool(one["picture"]) for one in made["by_shots"]["shots"]] == [True, True, False]
    assert made["by_shots"]["frozen"] is None and made["notes"] == (shots.COARSE,)
    assert len((Path(done["folder"]) / shots.FRAMES).read_text().split("frame:")) < 10


@pytest.mark.media
@pytest.mark.skipif("PACKSHOT_MEDIA" not in os.environ, reason="PACKSHOT_MEDIA is not set")
def test_a_real_film(make: Make) -> None:
    film = Path(os.environ["PACKSHOT_MEDIA"], "video", "big_buck_bunny_480p_30s.mp4")
    told = make(film, "shots")["made"]["by_shots"]
    assert [one["start"] for one in told["shots"]] == pytest.approx([0.71, 11.88, 15.75, 23.04], abs=0.1)
    assert spans(told["black"]) == near([(0, 0.7)]) and told["silent"] is False


def spans(parts: list[dict[str, Any]]) -> list[tuple[float, float]]:
    return [(part["start"], part["end"]) for part in parts]


def near(parts: list[tuple[float, float]]) -> list[Any]:
    return [pytest.approx(part, abs=0.15) for part in parts]
