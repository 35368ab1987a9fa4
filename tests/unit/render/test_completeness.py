"""Odd but whole pictures pass, cut ones do not, whatever the decoder warns of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyvips

from runtime.refusal import Refused
from services.render.image.completeness import raise_if_short_of_memory, strictness_for

Values = Callable[..., list[dict[str, Any]]]
END = b"\xff\xd9"


@pytest.fixture(scope="session")
def photo() -> pyvips.Image:
    """Noise on a slope: no row is like another, so that bytes and rows go together."""
    noise = pyvips.Image.gaussnoise(600, 800, sigma=20, mean=0, seed=4)
    slope = pyvips.Image.xyz(600, 800).extract_band(1) * 0.2 + 40
    return (noise + slope).cast("uchar").bandjoin([128, 90]).copy(interpretation="srgb").copy_memory()


@pytest.fixture(scope="session")
def on_white(photo: pyvips.Image) -> pyvips.Image:
    """A packshot: its lower half is plain white, as grey below a cut is plain."""
    return photo.draw_rect([255, 255, 255], 0, 400, 600, 400, fill=True).copy_memory()


def jpeg(image: pyvips.Image, **how: Any) -> bytes:
    return bytes(image.jpegsave_buffer(Q=90, keep="none", **how))


def cut(data: bytes, share: float = 0.6) -> bytes:
    return data[: int(len(data) * share)]


@pytest.mark.parametrize("interlace", [False, True])
@pytest.mark.parametrize("odd", ["as it is", "without end mark", "bytes behind"])
def test_whole_though_odd(
    photo: pyvips.Image, on_white: pyvips.Image, values: Values, interlace: bool, odd: str
) -> None:
    for picture in (photo, on_white):
        data = jpeg(picture, interlace=interlace)
        data = {"as it is": data, "without end mark": data[:-2], "bytes behind": data + b"x" * 999}[odd]
        assert len(values(data)) == 13


def test_a_few_bytes_short_still_looks_whole(photo: pyvips.Image, values: Values) -> None:
    assert len(values(jpeg(photo)[:-12])) == 13


def test_damage_in_the_middle_is_shown_as_it_is(photo: pyvips.Image, on_white: pyvips.Image, values: Values) -> None:
    """Restart marks bound the damage: the decoder warns, and all rows are there."""
    for picture in (photo, on_white):
        data = bytearray(jpeg(picture, restart_interval=20))
        data[len(data) // 3] ^= 0x55
        data[len(data) // 3 + 700] ^= 0x15
        assert len(values(bytes(data))) == 13


def test_a_cut_one_is_refused_with_its_share(photo: pyvips.Image, values: Values) -> None:
    with pytest.raises(Refused, match=r"the last (3[5-9]|4\d) % are missing"):
        values(cut(jpeg(photo)))


def test_a_cut_one_that_was_closed_again_is_refused_too(photo: pyvips.Image, values: Values) -> None:
    with pytest.raises(Refused, match=r"the last (3[5-9]|4\d) % are missing"):
        values(cut(jpeg(photo)) + END)


@pytest.mark.parametrize("end", [b"", END])
def test_cut_with_restart_marks(photo: pyvips.Image, values: Values, end: bytes) -> None:
    with pytest.raises(Refused, match="cut off"):
        values(cut(jpeg(photo, restart_interval=20)) + end)


@pytest.mark.parametrize("end", [b"", END])
def test_a_progressive_one_that_lost_its_last_passes(photo: pyvips.Image, values: Values, end: bytes) -> None:
    with pytest.raises(Refused, match="cut off"):
        values(cut(jpeg(photo, interlace=True)) + end)


@pytest.mark.parametrize("kind", ["png", "webp", "gif", "tiff"])
def test_other_formats_cut(photo: pyvips.Image, values: Values, kind: str) -> None:
    data = bytes(getattr(photo, f"{kind}save_buffer")())
    assert len(values(data)) == 13
    with pytest.raises(Refused):
        values(cut(data))


def test_hardly_more_than_a_header(photo: pyvips.Image, values: Values) -> None:
    for size in (3, 20, 200, 700):
        with pytest.raises(Refused):
            values(jpeg(photo)[:size])


NO_MEMORY = [
    pyvips.Error("unable to copy to memory", "vips_tracked: out of memory -- size == 380MB"),
    pyvips.Error("unable to copy to memory", "heif: Invalid input: Unspecified: Memory allocation error (2.0)"),
    RuntimeError("Memory allocation error: Unspecified: Allocating 36578319 bytes failed"),  # pi-heif
    OSError("out of memory when reading image file"),  # Pillow
]


@pytest.mark.parametrize("error", NO_MEMORY, ids=str)
def test_a_decoder_that_lacks_memory_has_no_damaged_file(error: Exception, tmp_path: Path) -> None:
    with pytest.raises(MemoryError):
        raise_if_short_of_memory(error)
    if isinstance(error, pyvips.Error):
        with pytest.raises(MemoryError):
            strictness_for(tmp_path / "input", "avif", error)


def test_other_errors_are_none_of_it() -> None:
    raise_if_short_of_memory(OSError("image file is truncated"))
