"""BMP, icons, TGA, pixmaps, JPEG 2000 and JPEG XL, and the frames of an animation."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pylibjxl
import pytest
import pyvips
from PIL import Image

from runtime.refusal import Refused
from services.render.image.decoders import open_picture
from services.render.recipe import Recipe

Render = Callable[[bytes, Recipe], pyvips.Image]
Values = Callable[..., list[dict[str, Any]]]
MODES = [
    ("BMP", "RGB"), ("BMP", "L"), ("BMP", "P"), ("BMP", "1"), ("TGA", "RGB"), ("TGA", "RGBA"), ("TGA", "L"),
    ("PPM", "RGB"), ("PPM", "L"), ("PPM", "1"), ("PPM", "I;16"), ("ICO", "RGBA"), ("JPEG2000", "RGB"),
    ("JPEG2000", "L"), ("JPEG2000", "RGBA"), ("JXL", "RGB"), ("JXL", "L"), ("JXL", "RGBA"),
]  # fmt: skip


def saved(image: Image.Image, format: str, **how: Any) -> bytes:
    if format == "JXL":
        import numpy as np

        return bytes(pylibjxl.encode(np.asarray(image), lossless=True, **how))
    out = io.BytesIO()
    image.save(out, format, **how)
    return out.getvalue()


def as_pillow(scene: pyvips.Image) -> Image.Image:
    return Image.fromarray(scene.numpy())


@pytest.mark.parametrize(("format", "mode"), MODES)
def test_looks_as_it_should(
    format: str, mode: str, scene: pyvips.Image, recipe: Recipe, render: Render, unlike: Any
) -> None:
    picture = as_pillow(scene).convert("L").convert("I;16") if mode == "I;16" else as_pillow(scene).convert(mode)
    if mode == "I;16":
        picture = picture.point(lambda value: value * 256)
    made = render(saved(picture, format), recipe)
    wanted = picture.point(lambda value: value / 256).convert("L") if mode == "I;16" else picture
    assert unlike(made, render(saved(wanted, "PNG"), recipe)) < 2


def test_rows_of_runs(scene: pyvips.Image, recipe: Recipe, render: Render, unlike: Any) -> None:
    picture = as_pillow(scene)
    packed = saved(picture, "TGA", compression="tga_rle")
    assert unlike(render(packed, recipe), render(saved(picture, "PNG"), recipe)) < 1


@pytest.mark.parametrize("format", ["BMP", "TGA", "PPM", "JPEG2000", "JXL"])
def test_cut_off_is_refused(format: str, scene: pyvips.Image, values: Values) -> None:
    data = saved(as_pillow(scene), format)
    with pytest.raises(Refused):
        values(data[: len(data) // 2])


def test_a_bitmap_that_claims_too_much(scene: pyvips.Image, values: Values) -> None:
    data = saved(as_pillow(scene), "BMP")
    with pytest.raises(Refused, match="megapixels"):
        values(data[:18] + struct.pack("<ii", 20000, 20000) + data[26:])


def test_a_wide_gamut_is_brought_to_srgb(scene: pyvips.Image, recipe: Recipe, render: Render, unlike: Any) -> None:
    p3 = bytes(pyvips.Operation.call("profile_load", "p3"))
    picture = as_pillow(scene)
    tagged = render(saved(picture, "PNG", icc_profile=p3), recipe)
    assert unlike(render(saved(picture, "JXL", icc=p3), recipe), tagged) < 1
    jp2 = bytearray(saved(picture, "JPEG2000"))
    at = jp2.index(b"colr") - 4
    box = struct.pack(">I4sBBB", 11 + len(p3), b"colr", 2, 0, 0) + p3
    head = jp2.index(b"jp2h") - 4
    grown = int.from_bytes(jp2[head : head + 4], "big") + len(box) - 15
    with_profile = jp2[:head] + struct.pack(">I", grown) + jp2[head + 4 : at] + box + jp2[at + 15 :]
    assert unlike(render(bytes(with_profile), recipe), tagged) < 1


def test_jpeg_2000_is_read_no_larger_than_wanted(scene: pyvips.Image, recipe: Recipe, render: Render) -> None:
    big = scene.resize(8)
    for levels in (1, 2, 6):
        made = render(saved(as_pillow(big), "JPEG2000", num_resolutions=levels), recipe)
        assert (made.width, made.height) == (120, 80)


@pytest.mark.parametrize("width", range(1057, 1065))
def test_jpeg_2000_of_any_size(width: int, scene: pyvips.Image, recipe: Recipe, render: Render) -> None:
    picture = as_pillow(scene).resize((width, 699))
    made = render(saved(picture, "JPEG2000", num_resolutions=6), recipe)
    assert (made.width, made.height) == (120, 79)


def test_frames_of_a_film(tmp_path: Path, scene: pyvips.Image) -> None:
    shades = [Image.new("RGB", (40, 30), (shade, 0, 90)) for shade in (10, 120, 240)]
    out = io.BytesIO()
    shades[0].save(out, "GIF", save_all=True, append_images=shades[1:], duration=[40, 10, 500], loop=2)
    (tmp_path / "input").write_bytes(out.getvalue())
    film = open_picture(tmp_path / "input", "gif", []).animation
    assert film is not None
    assert (film.frames, film.delays) == (3, (40, 100, 500))
    assert [round(page.getpoint(5, 5)[0], -1) for page in film.pages()] == [10, 120, 240]
    (tmp_path / "input").write_bytes(scene.webpsave_buffer())
    assert open_picture(tmp_path / "input", "webp", []).animation is None
