"""Textures are pictures like any other: their headers are checked before a pixel is decoded."""

import struct
import zlib
from pathlib import Path

import pytest
import pyvips

from runtime.refusal import Refused
from services.render.model.container import parse
from services.render.model.textures import read_textures, write_plain, write_web
from tests.unit.render.model.conftest import Builder, box, picture


def textured(data: bytes) -> bytes:
    made = Builder()
    made.texture(data)
    return made.done()


def huge() -> bytes:
    """A PNG whose header claims 20,000 pixels a side."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_colour_and_data_are_told_apart() -> None:
    assert [texture.colour for texture in read_textures(parse(box().done()))] == [True, False, False]


@pytest.mark.parametrize(
    ("data", "says"),
    [(huge(), "20000 x 20000"), (b"no picture at all", "no picture"), (picture((1, 2, 3))[:60], "opened")],
)
def test_bad_pictures_are_refused(data: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        read_textures(parse(textured(data)))


def test_a_cut_picture_is_refused_when_it_is_decoded(tmp_path: Path) -> None:
    whole = bytes(pyvips.Image.gaussnoise(64, 64).cast("uchar").pngsave_buffer())
    with pytest.raises(Refused, match="decoded"):
        write_plain(read_textures(parse(textured(whole[: len(whole) // 2]))), tmp_path, 2048)


def test_a_palette_keeps_its_colours(tmp_path: Path) -> None:
    """Two pixels a colour: halved colour resolution would mix the neighbours."""
    swatches = pyvips.Image.new_from_array(
        [[c for c in (0, 250, 20, 230, 40, 210, 60, 190) for _ in range(2)] for _ in range(4)]
    )
    palette = swatches.bandjoin([255 - swatches, (swatches * 0.5)]).cast("uchar").copy(interpretation="srgb")
    write_web(read_textures(parse(textured(bytes(palette.pngsave_buffer())))), tmp_path, 2048)
    made = pyvips.Operation.call("webpload_buffer", (tmp_path / "web-0.webp").read_bytes())
    assert (made.cast("float") - palette.cast("float")).abs().max() == 0


def test_each_is_written_for_the_web_and_for_ios(tmp_path: Path) -> None:
    textures = read_textures(parse(box().done()))
    plain, web = write_plain(textures, tmp_path, 16), write_web(textures, tmp_path, 8)
    assert [given["mime"] for given in plain] == ["image/png", "image/jpeg", "image/png"]
    for given, side in ((plain, 16), (web, 8)):
        for one in given:
            load = {"image/jpeg": "jpegload", "image/png": "pngload", "image/webp": "webpload"}[one["mime"]]
            assert pyvips.Operation.call(load, str(tmp_path / one["file"])).width == side
