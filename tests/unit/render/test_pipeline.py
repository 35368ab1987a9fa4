"""Each kind of source comes out upright, in the right colours, at the right size; the truth is the scene itself."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyvips

from services.render.presets import load_presets
from services.render.recipe import Crop, Facts, Focal, Recipe, plan
from tests.unit.runtime.test_c2pa import jpeg, manifest

Render = Callable[..., pyvips.Image]
Unlike = Callable[[pyvips.Image, pyvips.Image], float]
# EXIF orientation -> how the camera held it: what turns the upright scene into what is stored.
HELD: dict[int, Callable[[pyvips.Image], pyvips.Image]] = {
    1: lambda image: image,
    2: lambda image: image.fliphor(),
    3: lambda image: image.rot180(),
    4: lambda image: image.flipver(),
    5: lambda image: image.rot90().fliphor(),
    6: lambda image: image.rot270(),
    7: lambda image: image.rot270().fliphor(),
    8: lambda image: image.rot90(),
}


@pytest.fixture
def expected(scene: pyvips.Image) -> pyvips.Image:
    """The scene as `recipe` wants it, made without our code."""
    return scene.thumbnail_image(120, height=120)


@pytest.mark.parametrize("orientation", sorted(HELD))
def test_every_rotation_comes_out_upright(
    orientation: int, scene: pyvips.Image, expected: pyvips.Image, recipe: Recipe, render: Render, unlike: Unlike
) -> None:
    stored = HELD[orientation](scene).copy()
    stored.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    made = render(bytes(stored.jpegsave_buffer(Q=98)), recipe)
    assert unlike(made, expected) < 2.5
    assert not made.get_typeof("orientation") or made.get("orientation") == 1


def cmyk(scene: pyvips.Image) -> bytes:
    return bytes(scene.icc_transform("cmyk", input_profile="srgb").jpegsave_buffer(Q=98))


def cmyk_bare(scene: pyvips.Image) -> bytes:
    return bytes(scene.icc_transform("cmyk", input_profile="srgb").jpegsave_buffer(Q=98, keep="none"))


def sixteen_bit(scene: pyvips.Image) -> bytes:
    return bytes((scene.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16").pngsave_buffer())


def display_p3(scene: pyvips.Image) -> bytes:
    return bytes(scene.icc_transform("p3", input_profile="srgb").jpegsave_buffer(Q=98))


def tagged_srgb(scene: pyvips.Image) -> bytes:
    return bytes(scene.icc_transform("srgb", input_profile="srgb").pngsave_buffer())


def palette(scene: pyvips.Image) -> bytes:
    return bytes(scene.pngsave_buffer(palette=True, Q=100))


def animated(scene: pyvips.Image) -> bytes:
    film = scene.join(scene.invert(), "vertical").copy()
    film.set_type(pyvips.GValue.gint_type, "page-height", scene.height)
    return bytes(film.webpsave_buffer(Q=98))


def tiff_pages(scene: pyvips.Image) -> bytes:
    film = scene.join(scene.invert(), "vertical").copy()
    film.set_type(pyvips.GValue.gint_type, "page-height", scene.height)
    return bytes(film.tiffsave_buffer(compression="deflate"))


def floats(scene: pyvips.Image) -> bytes:
    return bytes(scene.colourspace("scrgb").tiffsave_buffer())


@pytest.mark.parametrize("keep", ["icc", "none"])
def test_black_ink_is_black_on_a_screen(keep: str, recipe: Recipe, render: Render) -> None:
    """Steps of grey that an editor has made ready for a press: the darkest and the lightest come back as they were."""
    steps = pyvips.Image.identity().copy(interpretation="b-w").colourspace("srgb").resize(1, vscale=40)
    inks = steps.icc_transform("cmyk", input_profile="srgb", intent="relative", black_point_compensation=True)
    made = render(inks.tiffsave_buffer(keep=keep), recipe.model_copy(update={"width": 256, "format": "png"}))
    assert made.crop(0, 0, 4, 19).avg() < 10 and made.crop(252, 0, 4, 19).avg() > 250


# Offset print has no such saturated colours as the scene: CMYK may differ more.
@pytest.mark.parametrize(
    ("source", "most"),
    [
        (cmyk, 14.0),
        (cmyk_bare, 14.0),
        (sixteen_bit, 2.5),
        (display_p3, 3.0),
        (tagged_srgb, 2.5),
        (palette, 4.0),
        (animated, 3.5),
        (tiff_pages, 2.5),
        (floats, 2.5),
    ],
)
def test_colours_as_they_were(
    source: Callable[[pyvips.Image], bytes],
    most: float,
    scene: pyvips.Image,
    expected: pyvips.Image,
    recipe: Recipe,
    render: Render,
    unlike: Unlike,
) -> None:
    assert unlike(render(source(scene), recipe), expected) < most


def test_a_wide_profile_matters(scene: pyvips.Image, unlike: Unlike) -> None:
    """Keeps the Display-P3 test honest: without its profile the same numbers are another picture."""
    assert unlike(scene.icc_transform("p3", input_profile="srgb"), scene) > 6


def test_greyscale(scene: pyvips.Image, recipe: Recipe, render: Render, unlike: Unlike) -> None:
    grey = scene.colourspace("b-w")
    for data in (grey.jpegsave_buffer(Q=98), grey.cast("ushort").copy(interpretation="grey16").tiffsave_buffer()):
        made = render(bytes(data), recipe)
        assert made.bands == 3
    made = render(bytes(grey.jpegsave_buffer(Q=98)), recipe)
    assert unlike(made, grey.colourspace("srgb").thumbnail_image(120, height=120)) < 2.5


@pytest.fixture
def cut_out(scene: pyvips.Image) -> bytes:
    """The scene, its left third transparent over a loud colour that must never show."""
    alpha = pyvips.Image.black(240, 160).draw_rect([255], 80, 0, 160, 160, fill=True)
    return bytes(scene.draw_rect([255, 0, 255], 0, 0, 80, 160, fill=True).bandjoin(alpha).pngsave_buffer())


def test_transparency_lies_on_white_in_jpeg(cut_out: bytes, recipe: Recipe, render: Render) -> None:
    made = render(cut_out, recipe)
    assert made.bands == 3
    assert min(made.crop(0, 0, 36, 80).min(), *made.getpoint(20, 40)) > 245


def test_transparency_lies_on_the_background_that_is_asked_for(cut_out: bytes, recipe: Recipe, render: Render) -> None:
    made = render(cut_out, recipe.model_copy(update={"background": "#204060"}))
    assert made.getpoint(20, 40) == pytest.approx([0x20, 0x40, 0x60], abs=3)


def test_transparency_stays_in_webp(cut_out: bytes, recipe: Recipe, render: Render) -> None:
    made = render(cut_out, recipe.model_copy(update={"format": "webp"}))
    assert made.bands == 4
    assert (made.getpoint(20, 40)[3], made.getpoint(90, 40)[3]) == (0, 255)


def test_a_small_original_is_not_enlarged(scene: pyvips.Image, values: Callable[..., list[dict[str, Any]]]) -> None:
    made = {value["preset"]: (value["width"], value["height"]) for value in values(bytes(scene.pngsave_buffer()))[1:]}
    assert made["print"] == made["web"] == made["thumbnail"] == (240, 160)
    assert made["square"] == (160, 160) and made["portrait"] == (128, 160)
    assert made["card"] == (600, 600) and made["screen"] == (284, 160), "a sheet for screens shrinks with it"


def test_padding_centres_the_picture(scene: pyvips.Image, recipe: Recipe, render: Render, unlike: Unlike) -> None:
    pad = {"mode": "pad", "width": 300, "height": 300, "background": "#102030"}
    made = render(bytes(scene.pngsave_buffer()), recipe.model_copy(update=pad))
    assert (made.width, made.height) == (300, 300)
    assert made.getpoint(5, 5) == pytest.approx([0x10, 0x20, 0x30], abs=3)
    assert unlike(made.crop(30, 70, 240, 160), scene) < 3


def test_an_original_that_is_lost_on_its_sheet_is_told(
    scene: pyvips.Image, recipe: Recipe, values: Callable[..., list[dict[str, Any]]]
) -> None:
    large = recipe.model_copy(update={"mode": "pad", "background": "#ffffff", "width": 1000, "height": 600})
    _, made, filled = values(bytes(scene.pngsave_buffer()), [large, large.model_copy(update={"width": 250})])
    assert "240 x 160" in made["notes"][0] and "1000 x 600" in made["notes"][0]
    assert "notes" not in filled


@pytest.mark.parametrize(("x", "left"), [(0.0, 0), (0.5, 40), (1.0, 80)])
def test_a_focal_point_moves_the_crop(
    x: float, left: int, scene: pyvips.Image, recipe: Recipe, render: Render, unlike: Unlike
) -> None:
    fill = recipe.model_copy(update={"mode": "fill", "width": 160, "height": 160, "focal": Focal(x=x, y=0.5)})
    assert unlike(render(bytes(scene.pngsave_buffer()), fill), scene.crop(left, 0, 160, 160)) < 3


def test_a_persons_crop(scene: pyvips.Image, recipe: Recipe, render: Render, unlike: Unlike) -> None:
    crop = recipe.model_copy(update={"crop": Crop(left=0.5, top=0.25, width=0.5, height=0.5)})
    assert unlike(render(bytes(scene.pngsave_buffer()), crop), scene.crop(120, 40, 120, 80)) < 3


def test_what_is_not_all_of_the_picture_says_which_part_it_is(
    scene: pyvips.Image, recipe: Recipe, values: Callable[..., list[dict[str, Any]]]
) -> None:
    square = {"mode": "fill", "width": 80, "height": 80, "focal": Focal(x=0.25, y=0.5)}
    crop = Crop(left=0.5, top=0.25, width=0.5, height=0.5)
    recipes = [recipe, recipe.model_copy(update=square), recipe.model_copy(update={"crop": crop})]
    _, *made = values(bytes(scene.pngsave_buffer()), recipes)
    assert [one.get("window") for one in made] == [None, [0.0, 0.0, 0.6667, 1.0], [0.5, 0.25, 0.5, 0.5]]


def test_attention_finds_the_product(recipe: Recipe, render: Render) -> None:
    """A red thing at the right of a plain wide picture: the square is cut around it, not in the middle."""
    plain = pyvips.Image.black(800, 200, bands=3).copy(interpretation="srgb") + 235
    wide = plain.cast("uchar").draw_circle([200, 30, 30], 680, 100, 50, fill=True)
    fill = {"mode": "fill", "width": 200, "height": 200, "gravity": "attention"}
    made = render(bytes(wide.pngsave_buffer()), recipe.model_copy(update=fill))
    red = (made.extract_band(0) - made.extract_band(1)) > 100
    assert red.avg() / 255 * 200 * 200 > 0.95 * 3.14 * 50 * 50


SECRETS = {
    "exif-ifd0-Artist": "A. Person",
    "exif-ifd0-Make": "CameraMaker",
    "exif-ifd2-BodySerialNumber": "SN-4711",
    "exif-ifd3-GPSLatitude": "52/1 31/1 0/1",
    "image-description": "A. Person at secret-place",
    "png-comment-0-Author": "A. Person",
}


@pytest.mark.parametrize("stored", ["jpegsave_buffer", "tiffsave_buffer", "pngsave_buffer"])
@pytest.mark.parametrize("format", ["jpeg", "webp", "avif", "png", "tiff"])
def test_only_the_copyright_is_left(
    format: str, stored: str, scene: pyvips.Image, recipe: Recipe, render: Render, tmp_path: Path
) -> None:
    image = scene.copy()
    for name, text in {"exif-ifd0-Copyright": "(c) Studio Nord", **SECRETS}.items():
        image.set_type(pyvips.GValue.gstr_type, name, text)
    image.set_type(pyvips.GValue.blob_type, "xmp-data", b"<x:xmpmeta>secret-place</x:xmpmeta>")
    source = bytes(getattr(image, stored)(keep="all"))
    assert b"SN-4711" in source or b"A. Person at secret-place" in source
    made = render(source, recipe.model_copy(update={"format": format}))
    fields = {name: made.get(name) for name in made.get_fields() if name.startswith("exif-ifd")}
    if format != "tiff" and stored != "tiffsave_buffer":  # libvips neither reads nor writes a TIFF's
        assert fields["exif-ifd0-Copyright"].startswith("(c) Studio Nord")
    assert not [name for name in fields if "GPS" in name or "Serial" in name or "Make" in name or "Artist" in name]
    assert not [name for name in made.get_fields() if name.startswith(("png-comment", "xmp-", "image-desc"))]
    data = next(path.read_bytes() for path in tmp_path.iterdir() if path.suffix)
    assert not any(word in data for word in (b"SN-4711", b"secret-place", b"CameraMaker", b"A. Person"))


IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@pytest.mark.parametrize("mode", ["fit", "fill", "pad"])
@pytest.mark.parametrize("format", ["jpeg", "webp", "avif", "png", "tiff"])
@pytest.mark.parametrize(("word", "stays"), [("trainedAlgorithmicMedia", True), ("digitalCapture", False)])
def test_the_mark_of_a_machines_making_stays(
    word: str, stays: bool, format: str, mode: str, scene: pyvips.Image, recipe: Recipe, render: Render
) -> None:
    image = scene.copy()
    said = f'<x:xmpmeta><rdf Creator="A. Person" DigitalSourceType="{IPTC}{word}"/></x:xmpmeta>'
    image.set_type(pyvips.GValue.blob_type, "xmp-data", said.encode())
    made = render(
        bytes(image.jpegsave_buffer(Q=98, keep="xmp")), recipe.model_copy(update={"format": format, "mode": mode})
    )
    packet = bytes(made.get("xmp-data")) if made.get_typeof("xmp-data") else b""
    assert (f"{IPTC}{word}".encode() in packet) is stays
    assert b"A. Person" not in packet


@pytest.mark.parametrize("format", ["jpeg", "webp", "avif", "png", "tiff"])
def test_a_mark_of_content_credentials_alone_is_written_as_iptcs(
    format: str, scene: pyvips.Image, recipe: Recipe, values: Callable[..., list[dict[str, Any]]], tmp_path: Path
) -> None:
    picture = bytes(scene.jpegsave_buffer(keep="none"))
    credentials = jpeg(manifest())[2:].removesuffix(b"\xff\xda\0\2").removeprefix(b"\xff\xe0\0\4ab")
    _, made = values(picture[:2] + credentials + picture[2:], [recipe.model_copy(update={"format": format})])
    assert made["origin"] == "trainedAlgorithmicMedia"
    packet = bytes(pyvips.Image.new_from_file(str(tmp_path / made["file"])).get("xmp-data"))
    assert f"{IPTC}trainedAlgorithmicMedia".encode() in packet
    _, plain = values(picture, [recipe.model_copy(update={"format": format})])
    assert "origin" not in plain


def test_without_a_copyright_no_metadata_at_all(scene: pyvips.Image, recipe: Recipe, render: Render) -> None:
    image = scene.copy()
    image.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Make", "CameraMaker")
    made = render(bytes(image.jpegsave_buffer(Q=98)), recipe)
    assert not [name for name in made.get_fields() if name.startswith(("exif-", "icc-", "xmp-"))]


def test_what_the_work_yields(scene: pyvips.Image, values: Callable[..., list[dict[str, Any]]], tmp_path: Path) -> None:
    head, *made = values(bytes(scene.jpegsave_buffer()))
    assert head["image"] | {"format": "jpeg", "width": 240, "height": 160, "orientation": 1} == head["image"]
    assert [value["preset"] for value in made] == [r.preset for r in plan(load_presets(), Facts()) if r.wave != "later"]
    for value in made:
        data = (tmp_path / value["file"]).read_bytes()
        assert value["bytes"] == len(data) and io.BytesIO(data).read(2) in (b"\xff\xd8", b"RI")
        assert value["file"].startswith(value["recipe"])


def test_where_the_product_stands_is_told(values: Callable[..., list[dict[str, Any]]]) -> None:
    """For sizes that are cropped when they are asked for."""
    sheet = (pyvips.Image.black(300, 200, bands=3) + 255).cast("uchar").copy(interpretation="srgb")
    shoe = (sheet * 0.2).cast("uchar").crop(0, 0, 60, 100)
    (head, *_) = values(bytes(sheet.insert(shoe, 210, 80).jpegsave_buffer(Q=98)))
    assert head["image"]["product"] == pytest.approx([0.7, 0.4, 0.2, 0.5], abs=0.02)
    (head, *_) = values(bytes(sheet.jpegsave_buffer()))
    assert "product" not in head["image"]


def test_the_same_twice_is_the_same_bytes(scene: pyvips.Image, values: Callable[..., list[dict[str, Any]]]) -> None:
    data = bytes(scene.jpegsave_buffer())
    assert [v.get("sha256") for v in values(data)] == [v.get("sha256") for v in values(data)]


@pytest.mark.parametrize("times", [1.5, 2, 4, 8])
@pytest.mark.parametrize("save", [lambda image: image.jpegsave_buffer(Q=98), lambda image: image.webpsave_buffer(Q=98)])
def test_what_is_decoded_smaller_shows_the_same(save: Any, recipe: Recipe, render: Render, times: float) -> None:
    """Where the largest output is far smaller than its file; the odd size keeps its edges."""
    across = pyvips.Image.xyz(1203, 807)
    image = ((across.extract_band(0) / 12).sin() * 60 + 128).bandjoin([across.extract_band(1) / 8 + 60, 120])
    image = image.cast("uchar").copy(interpretation="srgb")
    side = round(1203 / times / 1.25)
    wanted = recipe.model_copy(update={"width": side, "height": side, "format": "png", "quality": None})
    made = render(bytes(save(image)), wanted)
    plain = render(bytes(image.pngsave_buffer()), wanted)
    assert (made.width, made.height) == (plain.width, plain.height)
    assert (made.cast("float") - plain.cast("float")).abs().avg() < 4
