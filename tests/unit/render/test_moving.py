"""Animated in, animated out: all frames, their delays, how often it plays; a still has no animation."""

from pathlib import Path

import pytest
import pyvips

from services.render.image.steps import moving
from services.render.recipe import Recipe
from tests.unit.render.conftest import everything


def animation(count: int = 5) -> bytes:
    """A GIF of 80 x 60: a red square walks from the left; plays twice."""
    frames = [
        (pyvips.Image.black(80, 60, bands=3) + 220)
        .cast("uchar")
        .copy(interpretation="srgb")
        .copy_memory()
        .draw_rect([200, 20, 20], 4 + 14 * number, 20, 14, 14, fill=True)
        for number in range(count)
    ]
    tall = pyvips.Image.arrayjoin(frames, across=1).copy()
    tall.set_type(pyvips.GValue.gint_type, "page-height", 60)
    tall.set_type(pyvips.GValue.array_int_type, "delay", [100 + 50 * number for number in range(count)])
    tall.set_type(pyvips.GValue.gint_type, "loop", 2)
    return bytes(tall.gifsave_buffer())


@pytest.mark.parametrize("format", ["webp", "gif"])
def test_all_frames_with_their_delays(tmp_path: Path, recipe: Recipe, format: str) -> None:
    quality = 75 if format == "webp" else None
    wanted = recipe.model_copy(
        update={"format": format, "animated": True, "width": 40, "height": 40, "quality": quality}
    )
    _, made = everything(tmp_path, animation(), [wanted])
    assert (made["width"], made["height"], made["frames"], made["seconds"]) == (40, 30, 5, 1.0)
    roll = pyvips.Operation.call(f"{format}load", str(tmp_path / made["file"]), n=-1)
    assert roll.get("n-pages") == 5 and roll.get("page-height") == 30 and roll.get("loop") == 2
    assert list(roll.get("delay")) == [100, 150, 200, 250, 300]
    first, last = (roll.crop(0, 30 * number, 40, 30) for number in (0, 4))
    assert first.getpoint(5, 13)[1] < 90 < last.getpoint(5, 13)[1]


@pytest.mark.parametrize("format", ["webp", "gif"])
def test_nothing_of_who_made_it_is_left(tmp_path: Path, recipe: Recipe, format: str) -> None:
    comment = b"\x21\xfe\x09A. Person\0"
    at = animation().index(b"\x21\xff\x0bNETSCAPE")
    source = animation()[:at] + comment + animation()[at:]
    assert len(list(pyvips.Image.gifload_buffer(source).get("delay"))) == 5  # still a good one
    wanted = recipe.model_copy(update={"format": format, "animated": True, "quality": 75 if format == "webp" else None})
    _, made = everything(tmp_path, source, [wanted])
    assert b"A. Person" not in (tmp_path / made["file"]).read_bytes()


def test_its_copyright_goes_with_it_and_nothing_else(tmp_path: Path, recipe: Recipe) -> None:
    source = pyvips.Image.gifload_buffer(animation(), n=-1).copy()
    source.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Copyright", "(c) Studio Nord")
    source.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Artist", "A. Person")
    wanted = recipe.model_copy(update={"format": "webp", "animated": True, "quality": 75})
    _, made = everything(tmp_path, bytes(source.webpsave_buffer(keep="exif")), [wanted])
    body = (tmp_path / made["file"]).read_bytes()
    assert b"(c) Studio Nord" in body and b"A. Person" not in body


def test_a_still_has_none_and_says_so(tmp_path: Path, recipe: Recipe) -> None:
    wanted = recipe.model_copy(update={"format": "webp", "animated": True})
    _, said = everything(tmp_path, animation(1), [wanted])
    assert said == {"skipped": {"recipe": wanted.hash, "preset": "web", "reason": "The picture does not move."}}


def test_a_long_one_is_smaller_and_not_shorter(tmp_path: Path, recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "MOST_PIXELS", 5 * 20 * 15)
    wanted = recipe.model_copy(update={"format": "webp", "animated": True, "width": 40, "height": 40})
    _, made = everything(tmp_path, animation(), [wanted])
    assert (made["width"], made["height"], made["frames"]) == (20, 15, 5)
