"""A file for print: inks straight from the original's own colours, and its paths."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from services.render.image import paths
from services.render.presets import load_presets
from services.render.recipe import Crop, Facts, Recipe, resolve
from tests.fakes.files import psd
from tests.unit.render.conftest import everything

PRINT = resolve(load_presets().named("print-cmyk"), Facts())
ACROSS, DOWN = 0.25, 0.5  # the knot of the paths below, as shares of width and height
Unlike = Callable[[pyvips.Image, pyvips.Image], float]


def printed(folder: Path, data: bytes, recipe: Recipe = PRINT) -> tuple[pyvips.Image, dict[str, Any]]:
    value = everything(folder, data, [recipe])[-1]
    return pyvips.Image.tiffload(str(folder / value["file"])).copy_memory(), value


def profile(name: str) -> bytes:
    return bytes(pyvips.Operation.call("profile_load", name))


def tagged(image: pyvips.Image, icc: bytes | None) -> pyvips.Image:
    image = image.copy()
    if icc is not None:
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", icc)
    return image


def flat(*values: int, interpretation: str = "srgb") -> pyvips.Image:
    image = (pyvips.Image.black(60, 40, bands=len(values)) + list(values)).cast("uchar")
    return image.copy(interpretation=interpretation)


def tiff(image: pyvips.Image) -> bytes:
    return bytes(image.tiffsave_buffer(keep="all"))


def lab_of(image: pyvips.Image) -> Any:
    return np.array(image.icc_import(embedded=True, pcs="lab", intent="relative").getpoint(5, 5))


GREENS = [(0, 255, 0), (0, 230, 80), (255, 40, 0), (255, 0, 90)]


def test_a_wide_colour_is_not_cut_to_srgb_on_its_way(tmp_path: Path) -> None:
    """Nearer to the original's colour in Lab than by way of sRGB; the press can print more of these than sRGB holds."""
    ways: dict[str, list[float]] = {"direct": [], "by srgb": []}
    for colour in GREENS:
        source = tagged(flat(*colour), profile("p3"))
        wanted = lab_of(source)
        cut = source.icc_transform("srgb", embedded=True, intent="relative")
        for name, picture in {"direct": source, "by srgb": cut}.items():
            made, _ = printed(tmp_path, tiff(picture))
            ways[name].append(float(np.linalg.norm(lab_of(made) - wanted)))
    assert max(a - b for a, b in zip(ways["direct"], ways["by srgb"], strict=True)) < 1.5  # never worse but by rounding
    assert sum(ways["direct"]) < sum(ways["by srgb"]) - 1


def test_the_srgb_outputs_of_a_wide_source_stay_srgb(tmp_path: Path, unlike: Unlike) -> None:
    web = resolve(load_presets().named("web"), Facts())
    data = tiff(tagged(flat(180, 120, 60), profile("p3")))
    alone = everything(tmp_path, data, [web])[-1]["sha256"]
    beside = {value["preset"]: value for value in everything(tmp_path, data, [web, PRINT]) if "preset" in value}
    assert beside["web"]["sha256"] == alone


@pytest.mark.parametrize("icc", [None, "cmyk"])
def test_inks_of_the_same_press_go_through_as_they_are(icc: str | None, tmp_path: Path) -> None:
    inks = (12, 200, 34, 90)
    made, _ = printed(tmp_path, tiff(tagged(flat(*inks, interpretation="cmyk"), profile(icc) if icc else None)))
    assert made.interpretation == "cmyk" and made.getpoint(5, 5) == list(inks)
    assert bytes(made.get("icc-profile-data")) == profile("cmyk")


def test_pure_black_stays_one_ink(tmp_path: Path) -> None:
    made, _ = printed(tmp_path, tiff(flat(0, 0, 0, 255, interpretation="cmyk")))
    assert made.getpoint(5, 5) == [0, 0, 0, 255]


def test_a_plain_source_is_printed_as_ever(tmp_path: Path) -> None:
    made, value = printed(tmp_path, flat(200, 40, 40).pngsave_buffer())
    assert made.interpretation == "cmyk" and bytes(made.get("icc-profile-data")) == profile("cmyk")
    assert "clipping_path" not in value


def test_where_a_background_is_laid_around_it_is_ours(tmp_path: Path) -> None:
    """A canvas is given in sRGB, so such a picture goes by way of it: no ink on white."""
    padded = PRINT.model_copy(update={"mode": "pad", "background": "#ffffff", "width": 90, "height": 90})
    made, _ = printed(tmp_path, tiff(tagged(flat(0, 255, 0), profile("p3"))), padded)
    assert (made.width, made.height) == (90, 90) and max(made.getpoint(2, 2)) == 0


def test_it_may_be_larger_than_its_original(tmp_path: Path, scene: pyvips.Image) -> None:
    """A shop's small JPEG is bounded by its own bytes; what a press gets is all of its pixels, in four inks."""
    small = bytes(scene.jpegsave_buffer(Q=20))
    made, value = printed(tmp_path, small)
    assert value["bytes"] > 5 * len(small)
    assert (made.width, made.height, made.bands, round(made.xres * 25.4)) == (scene.width, scene.height, 4, 300)


def block(number: int, data: bytes, name: bytes = b"\0\0") -> bytes:
    return b"8BIM" + struct.pack(">H", number) + name + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)


def knot(across: float, down: float) -> bytes:
    return struct.pack(">H6i", 1, *[round(down * paths.ONE), round(across * paths.ONE)] * 3)


OUTLINE = struct.pack(">HH22x", 6, 0) + struct.pack(">HH22x", 0, 1) + knot(ACROSS, DOWN)
PATH = block(2000, OUTLINE, b"\x06Path 1\0") + block(2999, b"\x06Path 1\0\0\1\0\0\0\0")
RESOURCES = block(1005, bytes(16)) + PATH + block(1036, b"thumbnail of the photographer")


def with_blocks(image: pyvips.Image) -> pyvips.Image:
    image = image.copy()
    image.set_type(pyvips.GValue.blob_type, "photoshop-data", RESOURCES)
    return image


def jpeg(image: pyvips.Image) -> bytes:
    data, body = bytes(image.jpegsave_buffer()), b"Photoshop 3.0\0" + RESOURCES
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + data[2:]


def point(made: pyvips.Image) -> tuple[float, float]:
    """The knot in a made file: across, down."""
    found = {number: data for number, _, data in paths._blocks(bytes(made.get("photoshop-data")))}
    down, across = struct.unpack_from(">2i", found[2000], 2 * paths.RECORD + 2)
    return across / paths.ONE, down / paths.ONE


@pytest.mark.parametrize("write", [
    lambda image: tiff(with_blocks(image)),
    jpeg,
    lambda image: psd(np.ascontiguousarray(image.numpy().transpose(2, 0, 1)), 3, resources=[
        (number, data) for number, _, data in paths._blocks(RESOURCES)
    ]),
], ids=["tiff", "jpeg", "psd"])  # fmt: skip
def test_the_clipping_path_is_kept(write: Callable[[pyvips.Image], bytes], tmp_path: Path) -> None:
    made, value = printed(tmp_path, write(flat(200, 40, 40)))
    assert value["clipping_path"] is True
    assert point(made) == pytest.approx((ACROSS, DOWN), abs=1e-6)
    assert paths.clips(bytes(made.get("photoshop-data")))
    assert b"photographer" not in (tmp_path / value["file"]).read_bytes()


def test_a_smaller_picture_has_the_same_path(tmp_path: Path) -> None:
    small = PRINT.model_copy(update={"width": 30, "height": 30})
    made, _ = printed(tmp_path, tiff(with_blocks(flat(200, 40, 40))), small)
    assert (made.width, made.height) == (30, 20) and point(made) == pytest.approx((ACROSS, DOWN), abs=1e-6)


def test_a_crop_and_a_canvas_move_it(tmp_path: Path) -> None:
    data = tiff(with_blocks(flat(200, 40, 40)))
    cropped = PRINT.model_copy(update={"crop": Crop(left=0.125, top=0.25, width=0.5, height=0.5)})
    made, _ = printed(tmp_path, data, cropped)
    assert point(made) == pytest.approx(((ACROSS - 0.125) / 0.5, (DOWN - 0.25) / 0.5), abs=0.02)
    padded = PRINT.model_copy(update={"mode": "pad", "background": "#ffffff", "width": 60, "height": 60})
    made, _ = printed(tmp_path, data, padded)
    assert point(made) == pytest.approx((ACROSS, (10 + DOWN * 40) / 60), abs=0.01)


def test_it_stays_on_a_product_that_is_padded_on_one_side(tmp_path: Path) -> None:
    """It lies at the left edge of its sheet, because the product leaves the picture there; 53 pixels are the sheet."""
    image = with_blocks(flat(255, 255, 255).rot90().draw_rect([120, 20, 30], 0, 5, 20, 50, fill=True))
    square = PRINT.model_copy(update={"mode": "fill", "gravity": "product", "width": 30, "height": 30})
    made, _ = printed(tmp_path, tiff(image), square)
    assert (made.width, made.height) == (30, 30)
    assert point(made) == pytest.approx((ACROSS * 40 / 53, 0.5), abs=0.02)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_turns_with_its_picture(orientation: int, tmp_path: Path) -> None:
    """A dark spot lies under the knot: it still does on the upright picture."""
    image = flat(230, 230, 230).draw_rect([0, 0, 0], round(ACROSS * 60) - 2, round(DOWN * 40) - 2, 4, 4, fill=True)
    image = with_blocks(image)
    image.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    made, _ = printed(tmp_path, tiff(image))
    across, down = point(made)
    dark = made.extract_band(3) if made.bands > 3 else made
    _, x, y = dark.gaussblur(1).max(x=True, y=True)[0], *[dark.gaussblur(1).max(x=True, y=True)[1][one] for one in "xy"]
    assert (x / made.width, y / made.height) == pytest.approx((across, down), abs=0.05)


@pytest.mark.parametrize("cut", range(0, len(PATH), 7))
def test_cut_blocks_break_nothing(cut: int) -> None:
    assert isinstance(paths.moved(PATH[:cut], lambda x, y: (x, y)), bytes)
    assert paths.moved(b"8BIM" + PATH[cut:], lambda x, y: (x * 1e9, y)) is not None
