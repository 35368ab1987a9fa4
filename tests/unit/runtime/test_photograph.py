"""One photograph is known again however it was sent on; another colour, or another thing, never is."""

import numpy as np
import pytest

from runtime import hashes, photograph
from runtime.photograph import Signature
from tests.fakes.shirts import SENT_ON, shirt_on_white, signed


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
