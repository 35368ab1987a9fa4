"""What is drawn is not judged as a photograph is, and says why; photographs are."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import pyvips
from numpy.typing import NDArray

from runtime import eye, photograph, pixels
from services.tagger import background, drawn, quality, work

DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512">{}</svg>'
SHAPES = {
    "logo": '<circle cx="256" cy="256" r="180" fill="#d33"/><rect x="200" y="60" width="99" height="390" fill="#246"/>',
    "two tones": '<path d="M20 20h200v200H20zM290 290h200v200H290z"/>',
    "text": "".join(
        f'<text x="20" y="{y}" font-size="22">Care label: wash at 30 degrees</text>' for y in range(40, 500, 30)
    ),
}


def judged(picture: pyvips.Image, because: str = "") -> quality.Quality:
    """As the first wave judges it. picture: 3 bands."""
    flat = picture.thumbnail_image(eye.DECODED, height=eye.DECODED, size="down").copy_memory()
    small = work._array(work._fit(flat))
    size = (picture.width, picture.height)
    grey = work._array(flat) @ photograph.LUMA
    return quality.judge(grey, small, background.find(small), size, 90, because)


def drawing(shapes: str) -> pyvips.Image:
    """Other tests of this process may have locked libvips down, as the cage does."""
    pyvips.operation_block_set("VipsForeignLoadSvg", False)
    return pyvips.Image.svgload_buffer(DRAWN.format(shapes).encode()).flatten(background=[255] * 3).copy_memory()


@pytest.mark.parametrize("what", SHAPES)
def test_art_is_judged_by_its_size_and_its_file_alone(what: str) -> None:
    found = judged(drawing(SHAPES[what]))
    assert set(found.parts) == {"resolution", "compression"}
    assert found.left_out == {
        part: drawn.FLAT for part in ("sharpness", "exposure", "cast") if part in found.left_out
    } and {"sharpness", "exposure"} <= set(found.left_out)
    assert found.cast is None and quality.as_facts(found)["left_out"] == found.left_out


def test_pages_and_models_have_no_score() -> None:
    because = drawn.of("document", "application/pdf")
    found = judged(drawing(SHAPES["text"]), because)
    assert found.score is None and not found.parts and set(found.left_out.values()) == {because}
    assert "score" not in quality.as_facts(found)
    assert drawn.of("model", "model/gltf-binary") and drawn.of("image", "image/svg+xml")
    assert not drawn.of("image", "image/png") and not drawn.of("video", "video/mp4")


def test_a_blank_and_a_tiny_picture_are_no_drawings() -> None:
    assert not drawn.seen_in(np.full((512, 512), 255, np.uint8))
    assert not drawn.seen_in(np.zeros((2, 400), np.uint8))


def test_a_blurred_or_burnt_photograph_is_still_one(packshot: Path) -> None:
    picture = pyvips.Image.new_from_file(str(packshot))
    for made in (picture, picture.gaussblur(4), picture.colourspace("b-w").colourspace("srgb")):
        noisy = (made + pyvips.Image.gaussnoise(made.width, made.height, sigma=3)).cast("uchar")
        found = judged(noisy.copy(interpretation="srgb"))
        assert not found.left_out and {"sharpness", "exposure"} <= set(found.parts)
        assert "left_out" not in quality.as_facts(found)


@pytest.fixture
def media() -> Path:
    if "PACKSHOT_MEDIA" not in os.environ:
        pytest.skip("PACKSHOT_MEDIA is not set")
    return Path(os.environ["PACKSHOT_MEDIA"])


def grey(picture: pyvips.Image) -> NDArray[np.float32]:
    return work._array(eye.on_white(picture)) @ photograph.LUMA


def ways(picture: pyvips.Image) -> list[pyvips.Image]:
    return [picture, picture.colourspace("b-w").colourspace("srgb")]


@pytest.mark.media
@pytest.mark.parametrize("folder", ["camera", "clothing", "luma"])
def test_photographs_keep_their_judgement(media: Path, folder: str) -> None:
    """Also in black and white, where they have as few tones as art."""
    files = sorted((media / folder).rglob("*.jpg"))[:: 1 if folder == "camera" else 10]
    pictures = [pixels.thumbnail(file, eye.DECODED) for file in files]
    assert len(pictures) > 15
    assert not [
        file.name for file, of in zip(files, pictures, strict=True) if any(map(drawn.seen_in, map(grey, ways(of))))
    ]


def page(file: Path) -> pyvips.Image:
    shown = pypdfium2.PdfDocument(file)[0].render(scale=1.5).to_numpy()[..., 2::-1]
    picture = pyvips.Image.new_from_array(np.ascontiguousarray(shown)).copy(interpretation="srgb")
    return picture.thumbnail_image(eye.DECODED, height=eye.DECODED)


OPENED: dict[str, Callable[[Path], pyvips.Image]] = {
    ".pdf": page,
    ".png": lambda file: pixels.thumbnail(file, eye.DECODED),
    ".gif": lambda file: pixels.thumbnail(file, eye.DECODED),
}


@pytest.mark.media
def test_pages_saved_as_pictures_and_icons_are_drawn(media: Path) -> None:
    """But for a page that is a shaded picture, one grey all over, and an icon with shadows."""
    art = [*sorted((media / "documents").glob("*.pdf")), *(media / "formats" / name for name in ART)]
    missed = [file.name for file in art if not drawn.seen_in(grey(OPENED[file.suffix](file)))]
    assert missed == ["issue16316.pdf", "issue7891_bc0.pdf"]


ART = ("cogs.png", "cogs.gif", "Issue 62.png", "Issue 204 (dotnet).png", "pbar-ani-invalid-XMP.gif")
