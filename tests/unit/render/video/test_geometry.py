"""Sizes of outputs: even, never enlarged, and in the shape that was asked for."""

import pytest

from services.render.facts import Focal
from services.render.video.crop import Place, ground, window
from services.render.video.geometry import Window, box, even, fill, fit, ladder, pad, share_to_keep
from tests.unit.render.video.conftest import quick


def test_even_never_grows() -> None:
    assert [even(side) for side in (0.4, 2, 3.9, 4, 1079.999, 1080)] == [2, 2, 2, 4, 1080, 1080]


@pytest.mark.parametrize(
    ("size", "within", "made"),
    [
        ((1920, 1080), (1280, 720), (1280, 720)),
        ((640, 360), (1920, 1080), (640, 360)),
        ((1081, 1921), (1080, 1920), (1080, 1918)),
        ((854, 480), (160, 160), (160, 88)),
    ],
)
def test_fit(size: tuple[int, int], within: tuple[int, int], made: tuple[int, int]) -> None:
    assert fit(*size, *within) == made


def test_the_box_turns_with_the_video() -> None:
    web, screen = quick("web-mp4"), quick("screen-1080")
    assert web.make == "mp4" and screen.make == "mp4"
    assert box(web, 1080, 1920) == (1080, 1920) and box(web, 1920, 1080) == (1920, 1080)
    assert box(screen, 1080, 1920) == (1920, 1080)


def test_fill_has_the_boxs_shape_and_is_not_enlarged() -> None:
    across, down = share_to_keep(1920, 1080, 1080, 1920)
    frame = fill(1920, 1080, 1080, 1920, Window(0.2, 0.0, across, down))
    assert frame.size == (606, 1080)
    assert fill(3840, 2160, 1080, 1080, Window(0, 0, *share_to_keep(3840, 2160, 1, 1))).size == (1080, 1080)


def test_pad_is_exactly_the_canvas() -> None:
    frame = pad(640, 360, 3840, 2160)
    assert (frame.width, frame.height, frame.size) == (640, 360, (3840, 2160))


@pytest.mark.parametrize(
    ("size", "heights"),
    [
        ((3840, 2160), [1080, 720, 480, 360, 240]),
        ((854, 480), [480, 360, 240]),
        ((720, 1280), [720, 480, 360, 240]),
        ((568, 320), [320, 240]),
        ((500, 250), [240]),
        ((190, 160), [160]),
    ],
)
def test_the_ladder_ends_at_the_videos_own_size(size: tuple[int, int], heights: list[int]) -> None:
    hls = quick("hls")
    assert hls.make == "hls"
    steps = ladder(hls, *size)
    assert [min(wide, high) for _, wide, high in steps] == heights
    assert all(wide <= size[0] and high <= size[1] for _, wide, high in steps)


def at(*xs: float) -> list[Place]:
    return [Place(x, 0.5) for x in xs]


def test_a_window_stands_where_most_look() -> None:
    found = window(1600, 900, 900, 900, at(0.7, 0.7, 0.7, 0.72, 0.05, 0.7))
    assert found is not None and found.left == pytest.approx(0.7 - found.width / 2)
    assert found.width == pytest.approx(900 / 1600) and found.height == 1.0


def test_the_window_stays_within_the_picture() -> None:
    found = window(1600, 900, 900, 900, at(0.99, 0.98, 1.0))
    assert found is not None and found.left + found.width == pytest.approx(1.0)


def test_no_window_keeps_what_is_everywhere() -> None:
    assert window(1600, 900, 9, 16, at(0.1, 0.1, 0.5, 0.9, 0.9)) is None
    assert window(1600, 900, 16, 9, at(0.1, 0.1, 0.5, 0.9, 0.9)) == Window()


def test_all_of_a_subject_on_a_plain_background_is_kept() -> None:
    fits, wide = Window(0.55, 0.2, 0.3, 0.7), Window(0.2, 0.2, 0.7, 0.7)
    found = window(1600, 900, 9, 16, [Place(0.7, 0.55, fits)] * 4)
    assert found is not None and found.left <= 0.55 and found.left + found.width >= 0.85
    assert window(1600, 900, 9, 16, [Place(0.55, 0.55, wide)] * 4) is None


def test_the_ground_is_that_of_most_pictures() -> None:
    white, scene = Place(0.5, 0.5, ground=(250, 251, 252)), Place(0.5, 0.5)
    assert ground([white, white, white, scene]) == (250, 251, 252)
    assert ground([white, scene]) is None and ground([]) is None


def test_a_persons_point_wins() -> None:
    found = window(1600, 900, 9, 16, at(0.9, 0.9), Focal(x=0.1, y=0.5))
    assert found is not None and found.left == 0.0
