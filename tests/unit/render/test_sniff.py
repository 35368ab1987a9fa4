"""Formats by their bytes, and the words for those that are not taken."""

import struct
from pathlib import Path

import pytest

from services.render.image.sniff import sniff, sniff_file


def tiff(*entries: tuple[int, int]) -> bytes:
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
    return b"II*\x00" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4)


@pytest.mark.parametrize(
    ("head", "name", "family"),
    [
        (b"\xff\xd8\xff\xe0rest", "jpeg", "image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp", "image"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi", "video"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "unknown", None),
        (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf", "avif", "image"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heicmiaf", "heic", "image"),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", "avif", "image"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41", "mp4", "video"),
        (b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom", "raw", "image"),
        (tiff((254, 0), (256, 100)), "tiff", "image"),
        (tiff((254, 1), (256, 160)), "raw", "image"),
        (tiff((254, 0), (0xC612, 1)), "raw", "image"),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "raw", "image"),
        (b"\n\n%PDF-1.7", "pdf", "document"),
        (b'<?xml version="1.0"?>\n<svg xmlns=', "svg", "image"),
        (b'{"asset": {"version": "2.0"}}', "gltf", "model"),
        (b"", "empty", None),
        (b"II*\x00", "tiff", "image"),
    ],
)
def test_by_its_bytes(head: bytes, name: str, family: str | None) -> None:
    kind = sniff(head)
    assert (kind.name, kind.family) == (name, family)


@pytest.mark.parametrize("lead", [8, 70_000])
def test_a_directory_far_behind(lead: int, tmp_path: Path) -> None:
    """The first bytes of such a TIFF do not tell a camera's RAW from a picture: the file does."""
    for entries, name in (((262, 32803), "raw"), ((259, 34713), "raw"), ((256, 9), "tiff")):
        whole = tiff(entries)
        (tmp_path / "file").write_bytes(b"II*\x00" + struct.pack("<I", lead) + bytes(lead - 8) + whole[8:])
        assert sniff_file(tmp_path / "file").name == name
