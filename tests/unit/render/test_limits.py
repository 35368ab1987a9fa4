"""Bounds on the header hold before any pixel is decoded."""

import os
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyvips

from runtime.jobs import Cages
from runtime.refusal import Refused
from services.render.image.decoders.patience import LONGEST, patience
from services.render.image.limits import MAX_PROFILE, Header, read_header
from services.render.image.loaders import load
from services.render.image.pipeline import decoded_once
from services.render.pools import PICTURES, WORK
from tests.fakes.caged import Peaks
from tests.unit.render.conftest import first_waves

Values = Callable[..., list[dict[str, Any]]]


def jpeg_of(width: int, height: int, scene: pyvips.Image) -> bytes:
    """A small JPEG whose header claims another size."""
    data = bytes(scene.jpegsave_buffer(keep="none"))
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def png_of(width: int, height: int) -> bytes:
    """A PNG of one colour, as small as it can be."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(bytes(1 + width)) for _ in range(height)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height", "words"),
    [(64250, 64250, "4128 megapixels"), (65000, 200, "30,000"), (9000, 9000, "bytes cannot hold them")],
)
def test_a_header_that_claims_too_much(
    values: Values, scene: pyvips.Image, width: int, height: int, words: str
) -> None:
    started = time.process_time()
    with pytest.raises(Refused, match=words):
        values(jpeg_of(width, height, scene))
    assert time.process_time() - started < 0.2


def test_an_honest_picture_of_one_colour_is_taken(values: Values) -> None:
    assert values(png_of(5000, 5000))[0]["image"]["width"] == 5000


def gif_of(width: int, height: int, side: int) -> bytes:
    """A GIF of one colour with that side, whose headers (of the film and of its frame) claim another size."""
    flat = (pyvips.Image.black(side, side, bands=3) + 40).cast("uchar").copy(interpretation="srgb")
    data, size = bytes(flat.gifsave_buffer()), struct.pack("<HH", width, height)
    at = data.index(b"\x2c\0\0\0\0") + 5
    return data[:6] + size + data[10:at] + size + data[at + 4 :]


def test_a_gif_that_claims_too_much(values: Values) -> None:
    with pytest.raises(Refused, match="bytes cannot hold them"):
        values(gif_of(9000, 9000, 16))
    assert values(gif_of(3000, 3000, 3000))[0]["image"]["width"] == 3000


def test_too_many_frames(values: Values) -> None:
    frame = pyvips.Image.black(8, 8, bands=3).copy(interpretation="srgb")
    frames = [frame.draw_rect([shade % 256, shade // 256, 9], 0, 0, 8, 8, fill=True) for shade in range(501)]
    film = pyvips.Image.arrayjoin(frames, across=1).copy()
    film.set_type(pyvips.GValue.gint_type, "page-height", 8)
    with pytest.raises(Refused, match="501 pictures"):
        values(bytes(film.webpsave_buffer(lossless=True, effort=0)))


def test_metadata_beyond_reason(values: Values, scene: pyvips.Image) -> None:
    image = scene.copy()
    image.set_type(pyvips.GValue.blob_type, "xmp-data", bytes(17 * 2**20))
    with pytest.raises(Refused, match="17 MB beside its pixels"):
        values(bytes(image.tiffsave_buffer()))


def test_a_profile_that_is_none_is_dropped(values: Values, scene: pyvips.Image) -> None:
    for profile in (b"nonsense" * 50, bytes(MAX_PROFILE + 1)):
        image = scene.copy()
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
        assert len(values(bytes(image.tiffsave_buffer()))) > 1


LARGE = 100_000_000  # pixels


def test_a_large_picture_in_few_bytes_has_time_for_its_pixels(tmp_path: Path) -> None:
    """AVIF of 100 megapixels and 1.7 MB took 4.6 s of CPU; a machine half as fast refuses none."""
    path = tmp_path / "input"
    path.write_bytes(bytes(1_700_000))
    header = Header("avif", 10_000, 10_000, 3, 1, 1)
    assert patience(path) < 4.6 and patience(path, pixels=decoded_once(header)) > 2 * 4.6


@pytest.mark.parametrize("progressive", [True, False])
def test_a_progressive_one_has_not(progressive: bool, tmp_path: Path, scene: pyvips.Image) -> None:
    path = tmp_path / "input"
    path.write_bytes(scene.jpegsave_buffer(interlace=progressive))
    header = read_header(load(path, "jpeg"), "jpeg")
    assert decoded_once(header) == (0 if progressive else scene.width * scene.height)


@pytest.mark.parametrize("format", ["svg", "pdf"])
def test_nor_has_a_drawing(format: str) -> None:
    """What a drawing costs has nothing to do with its pixels."""
    assert decoded_once(Header(format, 5_000, 5_000, 3, 1, 1)) == 0


def test_nothing_has_more_time_than_the_longest(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(bytes(1))
    os.truncate(path, 10**10)
    assert patience(path, pixels=LARGE) == LONGEST


async def test_the_largest_webp_fits(tmp_path: Path) -> None:
    """Decoded as large as it is, it would take 0.8 GB."""
    flat = pyvips.Image.black(10_000, 10_000, bands=3).copy(interpretation="srgb").webpsave_buffer(Q=40, effort=0)
    wanted = [one.model_dump(mode="json") for one in first_waves()]
    cages, made = Cages(WORK, size=1, scratch=tmp_path, limits=PICTURES), list[str]()
    await cages.start()
    async with Peaks(cages) as peaks, cages.lease() as cage:
        (cage.folder / "input").write_bytes(flat)
        made = [value["preset"] async for value in cage.run({"input": "input", "recipes": wanted}) if "file" in value]
    await cages.close()
    assert "zoom" in made and 0 < peaks.highest < 400_000_000
