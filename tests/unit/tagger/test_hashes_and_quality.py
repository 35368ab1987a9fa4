"""The hash stays when a picture is encoded again; sharpness falls when it is blurred."""

from pathlib import Path

import numpy as np
import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from runtime import hashes
from services.tagger import background, jpeg, quality, work


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


def judged(grey: NDArray[np.uint8], value: int, size: tuple[int, int]) -> quality.Quality:
    small = np.full((96, 96, 3), value, np.uint8)
    return quality.judge(grey, small, background.Background("scene", np.ones((96, 96), bool), apart=False), size)


def test_parts_say_what_is_wrong() -> None:
    grey = np.random.default_rng(2).integers(100, 140, (512, 512), np.uint8)
    fine, burnt = judged(grey, 180, (4000, 3000)), judged(grey, 255, (4000, 3000))
    tiny, dim = judged(grey, 180, (300, 300)), judged(grey, 30, (4000, 3000))
    assert quality.score(fine.parts) == 100 and set(fine.parts.values()) == {100}
    assert burnt.parts["exposure"] == 0 and burnt.clipped_highlights == 1.0 and quality.score(burnt.parts) < 50
    assert tiny.parts["resolution"] == 0 and tiny.megapixels == 0.09 and quality.score(tiny.parts) < 50
    assert dim.parts["exposure"] == 0


def test_the_score_is_worse_than_the_mean_of_its_parts_and_never_worse_than_the_worst() -> None:
    assert quality.score({"sharpness": 100, "exposure": 100}) == 100
    assert quality.score({"sharpness": 0, "exposure": 0}) == quality.WORST
    assert 20 < quality.score({"sharpness": 100, "resolution": 100, "exposure": 20}) < 75


@pytest.mark.parametrize(("said", "least", "most"), [(20, 15, 25), (50, 45, 55), (90, 88, 92)])
def test_how_hard_a_jpeg_was_squeezed_is_read(tmp_path: Path, packshot: Path, said: int, least: int, most: int) -> None:
    path = tmp_path / "a.jpg"
    pyvips.Image.new_from_file(str(packshot)).jpegsave(str(path), Q=said)
    found = jpeg.quality(path)
    assert found is not None and least <= found <= most


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG", b"\xff\xd8", b"\xff\xd8\xff\xdb\x00\x43\x00", b"\xff\xd8\xff\xdb\x00\x00"]
)
def test_what_tells_no_compression(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert jpeg.quality(path) is None


def studio(ground: tuple[int, int, int]) -> NDArray[np.uint8]:
    pixels = np.full((96, 96, 3), ground, np.uint8)
    pixels[20:80, 30:70] = np.random.default_rng(3).integers(60, 200, (60, 40, 3), np.uint8)
    return pixels


@pytest.mark.parametrize(
    ("ground", "cast"),
    [((255, 255, 255), None), ((236, 236, 234), None), ((246, 236, 220), "yellow"), ((224, 232, 246), "blue"),
     ((250, 200, 210), None)],
)  # fmt: skip
def test_a_tinted_ground_is_a_cast_and_a_coloured_one_is_meant(ground: tuple[int, int, int], cast: str | None) -> None:
    small = studio(ground)
    found = quality.judge(np.zeros((96, 96), np.uint8), small, background.find(small), (1000, 1000))
    assert found.cast == cast
    assert ("cast" not in found.parts or found.parts["cast"] > 85) == (cast is None)
