"""What a size looks like: its box, what is kept of the picture, its colours, and that nothing is enlarged."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from runtime.origin import mark
from services.delivery.size import parse
from services.delivery.work import MADE, work

WIDTH, HEIGHT = 600, 400
JPEG, PNG = "input.jpg", "input.png"


def picture() -> pyvips.Image:
    """Red on the left, green in the middle, blue on the right; the upper half is darker."""
    x, y = pyvips.Image.xyz(WIDTH, HEIGHT).bandsplit()
    colour = (x < 200).ifthenelse([250, 0, 0], (x < 400).ifthenelse([0, 250, 0], [0, 0, 250]))
    return (colour * (y < 200).ifthenelse(0.5, 1.0)).cast("uchar").copy(interpretation="srgb")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    image = picture()
    for name, text in (("exif-ifd0-Copyright", "(c) Luma"), ("exif-ifd0-Model", "Camera 7")):
        image.set_type(pyvips.GValue.gstr_type, name, text)
    image.jpegsave(str(tmp_path / JPEG), Q=95)
    image.bandjoin((pyvips.Image.xyz(WIDTH, HEIGHT)[0] < 300).ifthenelse(0, 255).cast("uchar")).pngsave(
        str(tmp_path / PNG)
    )
    return tmp_path


def made(folder: Path, words: str, format: str = "png", name: str = JPEG, **more: Any) -> pyvips.Image:
    size = parse(words)
    width, height = size.box
    told = {"width": width, "height": height, "fit": size.fit, "gravity": size.gravity, "background": size.background}
    if size.fit != "pad":
        told["background"] = ""
    job = {**told, "focal": None, "format": format, "quality": 80, "input": name, **more}
    (value,) = work(job, folder)
    image = pyvips.Image.new_from_buffer((folder / MADE).read_bytes(), "")  # libvips keeps files by name
    assert (value["width"], value["height"]) == (image.width, image.height)
    return image


def at(image: pyvips.Image, across: float, down: float = 0.75) -> NDArray[Any]:
    pixel: NDArray[Any] = image.numpy()[int(down * (image.height - 1)), int(across * (image.width - 1))]
    return pixel


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("w300", (300, 200)),
        ("h100", (150, 100)),
        ("w300,h100", (150, 100)),
        ("w150,2x", (300, 200)),
        ("w4000", (600, 400)),
        ("w200,h200,fill", (200, 200)),
        ("w800,h800,fill", (400, 400)),
        ("w100,h400,fill", (100, 400)),
        ("w300,h300,pad", (300, 300)),
        ("w900,h500,pad", (900, 500)),
        ("w1", (1, 1)),
        ("w4096,h1,fill", (600, 1)),
    ],
)
def test_how_large_it_is(folder: Path, words: str, size: tuple[int, int]) -> None:
    image = made(folder, words)
    assert (image.width, image.height) == size


def test_what_is_kept_of_it(folder: Path) -> None:
    square = "w200,h200,fill"
    assert at(made(folder, f"{square},west"), 0.2)[0] > 200 and at(made(folder, f"{square},east"), 0.8)[2] > 200
    assert at(made(folder, f"{square},centre"), 0.5)[1] > 200
    assert at(made(folder, square, focal=[1.0, 0.5]), 0.9)[2] > 200, "the point wins over the eye"
    wide = "w600,h100,fill"
    assert at(made(folder, f"{wide},north"), 0.5)[1] < 140 and at(made(folder, f"{wide},south"), 0.5)[1] > 200
    sheet = made(folder, "w300,h300,pad,bg00ff00")
    assert list(at(sheet, 0.5, 0.02)) == [0, 255, 0] and at(sheet, 0.1, 0.7)[0] > 200


def test_what_draws_the_eye_is_kept(tmp_path: Path) -> None:
    busy = pyvips.Image.gaussnoise(100, 100, sigma=90, mean=128, seed=1).bandjoin([80, 200]).cast("uchar")
    calm = pyvips.Image.black(900, 300, bands=3) + 128
    calm.cast("uchar").copy(interpretation="srgb").insert(busy, 780, 100).pngsave(str(tmp_path / PNG))
    assert np.std(made(tmp_path, "w300,h300,fill", name=PNG).numpy()) > 20


def test_what_is_transparent_stays_so_where_the_format_can(folder: Path) -> None:
    assert at(made(folder, "w300", "webp", PNG), 0.1)[3] == 0
    assert at(made(folder, "w300", "jpeg", PNG), 0.1).min() > 250, "white where it cannot"
    sheet = made(folder, "w300,h300,pad,bg0000ff", "png", PNG)
    assert sheet.bands == 3 and list(at(sheet, 0.1)) == [0, 0, 255]


@pytest.mark.parametrize("format", ["jpeg", "webp", "avif", "png"])
def test_it_says_whose_it_is_and_nothing_else(folder: Path, format: str) -> None:
    image = made(folder, "w300", format)
    fields = {name for name in image.get_fields() if "Copyright" in name or "Model" in name}
    assert fields == {"exif-ifd0-Copyright"}
    assert "(c) Luma" in image.get("exif-ifd0-Copyright")


def test_an_original_that_is_none_for_us_gives_way(folder: Path) -> None:
    picture().invert().pngsave(str(folder / "instead"))
    picture().colourspace("cmyk").jpegsave(str(folder / "inks.jpg"))
    frames = pyvips.Image.arrayjoin([picture().invert()] * 2, across=1)
    frames.set_type(pyvips.GValue.gint_type, "page-height", HEIGHT)
    frames.webpsave(str(folder / "moving.webp"))
    (folder / "video.jpg").write_bytes(b"\x00\x00\x00\x18ftypmp42")
    for name in ("inks.jpg", "moving.webp", "video.jpg"):
        assert at(made(folder, "w300", name=name, instead="instead"), 0.1)[0] < 50, name
    assert at(made(folder, "w300", instead="instead"), 0.1)[0] > 200


def test_an_upright_picture_comes_out_upright(tmp_path: Path) -> None:
    turned = picture()
    turned.set_type(pyvips.GValue.gint_type, "orientation", 6)
    turned.jpegsave(str(tmp_path / JPEG))
    for words, size in (("w200", (200, 300)), ("w200,h200,fill", (200, 200))):
        image = made(tmp_path, words)
        assert (image.width, image.height) == size and image.get_typeof("orientation") == 0


@pytest.mark.parametrize("format", ["jpeg", "webp", "avif", "png"])
def test_the_mark_of_a_machines_making_stays(folder: Path, format: str) -> None:
    image = picture()
    mark(image, "trainedAlgorithmicMedia")
    image.jpegsave(str(folder / JPEG), keep="xmp")
    assert b"digitalsourcetype/trainedAlgorithmicMedia" in bytes(made(folder, "w300", format).get("xmp-data"))
    picture().jpegsave(str(folder / JPEG))
    assert not made(folder, "w300", format).get_typeof("xmp-data")
