"""Faults put into real pictures are seen by the part that is theirs, and good pictures stay good."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from runtime import eye
from services.tagger import background, detail, jpeg, quality, work

pytestmark = pytest.mark.media


def judged(picture: pyvips.Image, path: Path, squeezed: int = 92) -> quality.Quality:
    """As the first wave judges a JPEG of it."""
    picture.jpegsave(str(path), Q=squeezed)
    small = pyvips.Image.thumbnail(str(path), eye.DECODED, height=eye.DECODED, size="down").copy_memory()
    fitted = work._array(work._fit(small))
    size = (picture.width, picture.height)
    return quality.judge(work._grey(small), fitted, background.find(fitted), size, jpeg.quality(path))


def lit(factor: float) -> Callable[[pyvips.Image], pyvips.Image]:
    return lambda picture: (picture * factor).cast("uchar").copy(interpretation="srgb")


FAULTS: dict[str, tuple[str, Callable[[pyvips.Image], pyvips.Image]]] = {
    "blurred": ("sharpness", lambda picture: picture.gaussblur(6)),
    "dark": ("exposure", lit(0.2)),
    "tiny": ("resolution", lambda picture: picture.resize(0.25)),
    "tinted": ("cast", lambda picture: (picture * [1.0, 0.965, 0.9]).cast("uchar").copy(interpretation="srgb")),
}


@pytest.fixture(scope="module")
def originals() -> list[pyvips.Image]:
    if "PACKSHOT_MEDIA" not in os.environ:
        pytest.skip("PACKSHOT_MEDIA is not set")
    files = sorted(Path(os.environ["PACKSHOT_MEDIA"], "luma", "images").glob("*_main.jpg"))[::25]
    return [pyvips.Image.new_from_file(str(file)).copy_memory() for file in files]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(originals: list[pyvips.Image], tmp_path: Path, fault: str) -> None:
    part, make = FAULTS[fault]
    for number, picture in enumerate(originals):
        before, after = (judged(one, tmp_path / "a.jpg") for one in (picture, make(picture)))
        assert after.parts[part] <= before.parts[part] - 25, (fault, number)
        assert quality.score(after.parts) < quality.score(before.parts) - 3, (fault, number)


def test_the_harder_it_was_squeezed_the_worse(originals: list[pyvips.Image], tmp_path: Path) -> None:
    for picture in originals:
        scores = [quality.score(judged(picture, tmp_path / "a.jpg", squeezed).parts) for squeezed in (92, 60, 35, 15)]
        assert scores == sorted(scores, reverse=True) and scores[0] > scores[-1] + 20


def test_good_pictures_stay_good(originals: list[pyvips.Image], tmp_path: Path) -> None:
    for picture in originals:
        found = judged(picture, tmp_path / "a.jpg")
        assert quality.score(found.parts) >= 80 and found.cast is None, found


def grey(picture: pyvips.Image) -> NDArray[np.float32]:
    return detail.richest(picture.numpy())


def test_an_enlarged_picture_holds_no_fine_detail(originals: list[pyvips.Image]) -> None:
    for picture in originals:
        small = picture.resize(0.5)
        enlarged = pyvips.Image.new_from_buffer(small.resize(2).jpegsave_buffer(Q=90), "")
        assert detail.fine(grey(enlarged)) < detail.fine(grey(small)) - 25


def test_blocks_stay_when_the_file_was_saved_again_and_cropped(originals: list[pyvips.Image]) -> None:
    for picture in originals:
        clean = picture.resize(0.5)
        squeezed = pyvips.Image.new_from_buffer(clean.jpegsave_buffer(Q=15), "").crop(3, 5, 500, 600)
        assert detail.blockiness(grey(clean)) < 1.3 < 2 < detail.blockiness(grey(squeezed))
