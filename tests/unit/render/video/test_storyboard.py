"""The storyboard: every second has its part of a sheet, and that part shows that second."""

from pathlib import Path

import pytest
import pyvips

from services.render.video.rungs import Storyboard
from services.render.video.storyboard import clock, cues, fitted, interval
from tests.unit.render.video.conftest import Clip, Make, quick

BOARD = Storyboard(name="storyboard", channel="webshop", make="storyboard", columns=2, rows=2, pictures=10)


def test_times() -> None:
    assert clock(3725.5) == "01:02:05.500" and clock(0.9996) == "00:00:01.000"
    assert interval(5.0, BOARD) == 1.0 and interval(3600.0, BOARD) == 360.0


def test_cues_cover_the_film_and_stay_on_the_sheets() -> None:
    text = cues(5.5, 1.0, BOARD, (160, 90), ["s-1.jpg", "s-2.jpg"])
    assert text.startswith("WEBVTT\n") and text.count("-->") == 6
    assert "00:00:03.000 --> 00:00:04.000\ns-1.jpg#xywh=160,90,160,90" in text
    assert "00:00:05.000 --> 00:00:05.500\ns-2.jpg#xywh=160,0,160,90" in text
    assert cues(5.5, 1.0, BOARD, (160, 90), ["s-1.jpg"]).count("-->") == 4


@pytest.mark.parametrize(("pictures", "grid"), [(1, (1, 1)), (4, (4, 1)), (12, (5, 3)), (25, (5, 5)), (60, (5, 5))])
def test_a_short_film_has_a_small_sheet(pictures: int, grid: tuple[int, int]) -> None:
    made = fitted(BOARD.model_copy(update={"columns": 5, "rows": 5}), pictures)
    assert (made.columns, made.rows) == grid


def test_the_parts_show_their_seconds(clip: Clip, make: Make) -> None:
    colours = "color=red:size=320x180:rate=10:duration=2[a];color=blue:size=320x180:rate=10:duration=2[b]"
    file = clip("colours.mp4", video=f"{colours};[a][b]concat=n=2,format=yuv420p", sound=None)
    made = make(file, "storyboard", columns=2, rows=1)
    folder = Path(made["folder"])
    assert [f["name"] for f in made["made"]["files"]] == ["storyboard.vtt", "storyboard-1.jpg", "storyboard-2.jpg"]
    first, second = (pyvips.Image.jpegload(str(folder / f"storyboard-{n}.jpg")) for n in (1, 2))
    assert (first.width, first.height) == (320, 90)
    assert first(80, 45)[0] == pytest.approx(254, abs=12) and first(80, 45)[2] < 20
    assert second(80, 45)[2] == pytest.approx(254, abs=12) and second(80, 45)[0] < 20


def test_a_long_film_has_no_more_pictures_than_the_rung_says(clip: Clip, make: Make) -> None:
    made = make(clip(), "storyboard", pictures=2, columns=5, rows=5)
    assert len(made["made"]["files"]) == 2
    assert (Path(made["folder"]) / "storyboard.vtt").read_text().count("-->") == 2
    assert quick("storyboard").name == made["made"]["file"].partition(".")[0]
