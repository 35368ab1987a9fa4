"""Formats by their bytes, and the words for those that are not taken."""

import struct
from pathlib import Path

import pytest

from runtime.refusal import Refused
from services.render.image.loaders import LOADERS
from services.render.image.refusals import NEVER, NOT_YET, refuse_kind
from services.render.image.sniff import sniff
from services.render.work import work

DOCS = Path(__file__).resolve().parents[3] / "docs" / "formats.md"


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
        (b"", "unknown", None),
        (b"II*\x00", "tiff", "image"),
    ],
)
def test_by_its_bytes(head: bytes, name: str, family: str | None) -> None:
    kind = sniff(head)
    assert (kind.name, kind.family) == (name, family)


def test_what_is_not_taken_says_what_to_send(tmp_path: Path) -> None:
    (tmp_path / "input").write_bytes(b"%PDF-1.7\n")
    with pytest.raises(Refused) as caught:
        list(work({"input": "input", "recipes": []}, tmp_path))
    assert caught.value.cause == "A PDF document cannot be rendered yet."
    assert "JPEG or PNG" in caught.value.cure


def test_the_docs_list_every_format_truly() -> None:
    rows = {line.split("|")[1].strip(): line for line in DOCS.read_text().splitlines() if line.startswith("| `")}
    assert {name for name, row in rows.items() if "| ready |" in row} == {f"`{name}`" for name in LOADERS}
    for name in {**NOT_YET, **NEVER}:
        assert "| refused |" in rows[f"`{name}`"]
        assert refuse_kind(name).cause in rows[f"`{name}`"]
    assert len(rows) == len(LOADERS) + len(NOT_YET) + len(NEVER)
