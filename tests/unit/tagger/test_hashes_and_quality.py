"""The hash stays when a picture is encoded again; sharpness falls when it is blurred."""

from pathlib import Path

import numpy as np
import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st

from services.tagger import hashes, quality, work


def hash_of(path: Path) -> str:
    small = work._fit(pyvips.Image.thumbnail(str(path), 512, height=512, size="down"))
    return hashes.phash(work._grey(small.thumbnail_image(32, height=32, size="force")))


@pytest.mark.parametrize(
    ("suffix", "options"), [("a.jpg", {"Q": 30}), ("b.webp", {"Q": 60}), ("c.png", {}), ("d.jpg", {"Q": 85})]
)
def test_the_same_picture_encoded_again_or_smaller_hashes_alike(
    packshot: Path, tmp_path: Path, suffix: str, options: dict[str, int]
) -> None:
    again = tmp_path / suffix
    pyvips.Image.new_from_file(str(packshot)).resize(0.5 if suffix == "d.jpg" else 1).write_to_file(
        str(again), **options
    )
    assert hashes.distance(hash_of(packshot), hash_of(again)) <= 6


@given(st.integers(0, 2**31))
def test_two_strangers_differ(seed: int) -> None:
    one, other = np.random.default_rng(seed).integers(0, 256, (2, 32, 32), np.uint8)
    assert hashes.distance(hashes.phash(one), hashes.phash(other)) > 10


@given(st.integers(0, 2**31), st.integers(-20, 20))
def test_a_brighter_copy_hashes_the_same(seed: int, more: int) -> None:
    one = np.random.default_rng(seed).integers(40, 200, (32, 32), np.uint8)
    assert hashes.distance(hashes.phash(one), hashes.phash((one.astype(int) + more).astype(np.uint8))) == 0


def test_a_hash_is_sixteen_hex_digits_and_an_empty_picture_has_the_empty_one() -> None:
    assert hashes.phash(np.full((32, 32), 200, np.uint8)) == "0" * 16


def test_blur_is_measured_step_by_step(packshot: Path) -> None:
    grey = pyvips.Image.new_from_file(str(packshot)).colourspace("b-w").extract_band(0)
    sharpness = [
        quality.laplacian_variance(blurred.thumbnail_image(512, height=512).numpy())
        for blurred in (grey, *(grey.gaussblur(sigma) for sigma in (2, 4, 8)))
    ]
    assert sharpness == sorted(sharpness, reverse=True) and sharpness[0] > 3 * sharpness[-1]


def test_parts_say_what_is_wrong() -> None:
    grey = np.random.default_rng(2).integers(0, 256, (512, 512), np.uint8)
    product = np.ones((96, 96), bool)
    fine = quality.judge(grey, np.full((96, 96, 3), 128, np.uint8), product, 4000, 3000)
    burnt = quality.judge(grey, np.full((96, 96, 3), 255, np.uint8), product, 4000, 3000)
    tiny = quality.judge(grey, np.full((96, 96, 3), 128, np.uint8), product, 300, 300)
    assert fine.score == 100 and set(fine.parts.values()) == {100}
    assert burnt.parts["exposure"] == 0 and burnt.clipped_highlights == 1.0 and burnt.score == 75
    assert tiny.parts["resolution"] == 0 and tiny.megapixels == 0.09
