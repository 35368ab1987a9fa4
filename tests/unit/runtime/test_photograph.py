"""One photograph is known again however it was sent on; another colour, or another thing, never is."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from runtime import hashes, overlay, photograph
from runtime.photograph import Signature

Pixels = NDArray[np.uint8]


def shirt_on_white(seed: int, shirt: tuple[int, int, int] = (160, 30, 40)) -> Pixels:
    """A shirt-like thing with folds on a bright ground, [240, 180, 3]."""
    y, x = np.mgrid[:240, :180].astype(np.float32)
    rng = np.random.default_rng(seed)
    folds = sum(np.sin(x * a + y * b + c) for a, b, c in rng.uniform(-0.2, 0.2, (5, 3)) * (1, 1, 20))
    shape = (np.abs(x - 90 - 10 * np.sin(y / 40 + seed)) < 40 + 12 * np.sin(y / 30 + seed)) & (np.abs(y - 120) < 95)
    lit = np.clip(np.array(shirt)[None, None] * (1 + 0.12 * np.asarray(folds)[..., None]), 0, 255)
    return np.where(shape[..., None], lit, 243).astype(np.uint8)


def signed(pixels: Pixels) -> Signature:
    height, width = pixels.shape[:2]
    small = overlay.averaged(pixels.astype(np.float32), photograph.SIDE, photograph.SIDE)
    return Signature(width, height, np.rint(small).astype(np.uint8))


def _stamped(pixels: Pixels) -> Pixels:
    stamped = pixels.copy()
    for left in range(30, 150, 16):
        stamped[110:130, left : left + 5] = stamped[110:130, left : left + 5] // 2 + 127
    return stamped


SENT_ON: dict[str, Callable[[Pixels], Pixels]] = {
    "as it is": lambda p: p,
    "smaller": lambda p: p[::2, ::2],
    "mirrored": lambda p: p[:, ::-1],
    "cropped at the left": lambda p: p[:, 27:],
    "cropped at a corner": lambda p: p[36:, 27:],
    "cropped all around": lambda p: p[36:-36, 27:-27],
    "padded to a square": lambda p: np.pad(p, ((0, 0), (30, 30), (0, 0)), constant_values=0),
    "padded all around": lambda p: np.pad(p, ((36, 36), (27, 27), (0, 0)), constant_values=255),
    "watermarked": _stamped,
    "noisy": lambda p: np.clip(p + np.random.default_rng(1).normal(0, 6, p.shape), 0, 255).astype(np.uint8),
}


@pytest.mark.parametrize("how", SENT_ON)
def test_the_same_photograph(how: str) -> None:
    one = shirt_on_white(3)
    verdict = photograph.same(signed(one), signed(SENT_ON[how](one)))
    assert verdict.same, verdict
    assert verdict.mirrored == (how == "mirrored")
    assert photograph.same(signed(SENT_ON[how](one)), signed(one)).same


def test_how_much_of_it_is_there() -> None:
    one = shirt_on_white(3)
    cropped = photograph.same(signed(one), signed(SENT_ON["cropped all around"](one)))
    assert cropped.shared == pytest.approx(0.49, abs=0.03)
    assert "49%" in cropped.reason or "more around it" in cropped.reason


@pytest.mark.parametrize("colour", [(30, 60, 160), (35, 35, 38), (150, 60, 30)])
def test_another_colour_of_one_style_is_another_picture(colour: tuple[int, int, int]) -> None:
    verdict = photograph.same(signed(shirt_on_white(3)), signed(shirt_on_white(3, colour)))
    assert not verdict.same


@pytest.mark.parametrize("seed", range(4, 12))
def test_another_thing_is_another_picture(seed: int) -> None:
    assert not photograph.same(signed(shirt_on_white(3)), signed(shirt_on_white(seed))).same


def test_a_plain_picture_is_like_nothing() -> None:
    """A colour swatch says nothing about which picture it is; two files of it have one content hash anyhow."""
    plain = signed(np.full((100, 100, 3), 128, np.uint8))
    assert not photograph.same(plain, plain).same


def test_a_signature_comes_back_from_its_bytes() -> None:
    one = signed(shirt_on_white(5))
    again = photograph.unpack(one.pack())
    assert (again.width, again.height) == (180, 240) and (again.pixels == one.pixels).all()
    for wrong in (b"", one.pack()[:-1], b"\0" * photograph.PACKED):
        with pytest.raises(ValueError, match="signature"):
            photograph.unpack(wrong)


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (900, 2)])
def test_odd_shapes_are_compared_all_the_same(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8)
    odd = Signature(*size, pixels)
    assert photograph.same(odd, odd).same
    assert not photograph.same(odd, signed(shirt_on_white(3))).same


def test_it_has_the_hash_of_the_picture_and_of_its_mirror_image() -> None:
    one = shirt_on_white(6)
    straight, mirrored = signed(one).hashes
    assert hashes.distance(straight, signed(one[::2, ::2]).hashes[0]) <= 4
    assert hashes.distance(mirrored, signed(one[:, ::-1]).hashes[0]) <= 4
    assert hashes.distance(straight, mirrored) > 10
