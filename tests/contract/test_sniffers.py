"""Ingest and render look at a file's first bytes each on its own; what one takes the other takes, as the same kind."""

import os
import struct
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.refusal import Refused
from services.ingest.sniff import HEAD_BYTES
from services.ingest.sniff import sniff as ingest
from services.render.image.refusals import NEVER, refuse_kind
from services.render.image.sniff import HEAD
from services.render.image.sniff import sniff as render

# What render knows by name only to say what to send instead; ingest refuses it at the door.
REFUSED = {*NEVER, "exr", "hdr", "flv", "mpeg", "unknown"} - {"gzip"}


def box(brand: bytes, *others: bytes) -> bytes:
    return struct.pack(">I", 16 + 4 * len(others)) + b"ftyp" + brand + bytes(4) + b"".join(others) + bytes(32)


def zipped(name: bytes) -> bytes:
    return b"PK\x03\x04" + bytes(22) + struct.pack("<HH", len(name), 0) + name


HEADS = [
    *(
        b"\xff\xd8\xff\xe1",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"8BPS\x00\x01",
        b"BM",
        b"\x00\x00\x01\x00\x01\x00",
        b"\xff\x0a",
    ),
    *(b"\x00\x00\x00\x0cJXL \r\n\x87\n", b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51", b"\x76\x2f\x31\x01"),
    *(
        b"#?RADIANCE",
        b"IIU\x00",
        b"IIRO",
        b"MMOR",
        b"FUJIFILMCCD-RAW",
        b"II*\x00\x08\x00\x00\x00",
        b"MM\x00*",
        b"II+\x00",
    ),
    *(b"%!PS-Adobe-3.0", b"\xc5\xd0\xd3\xc6", b"%PDF-1.7", b"\n%PDF-1.4", b"glTF", b'{"asset": {}}', b"{}", b""),
    *(
        b"<svg>",
        b"<?xml version='1.0'?><!-- a --><svg>",
        b"<?xml?><MPD>",
        b"#EXTM3U\n",
        b"ffconcat version 1.0",
        b"<html><svg>",
    ),
    *(
        b"RIFF\x00\x00\x00\x00WEBP",
        b"RIFF\x00\x00\x00\x00AVI ",
        b"RIFF\x00\x00\x00\x00WAVE",
        b"\x1aE\xdf\xa3",
        b"FLV\x01",
    ),
    *(
        b"\x00\x00\x01\xba",
        b"\x00\x00\x00\x08wide",
        b"\x47" + bytes(187) + b"\x47",
        bytes(4) + b"\x47" + bytes(191) + b"\x47",
    ),
    *(
        b"Rar!",
        b"7z\xbc\xaf\x27\x1c",
        b"BZh9",
        b"\xfd7zXZ\x00",
        b"\x28\xb5\x2f\xfd",
        b"MZ",
        b"\x7fELF",
        b"P6\n1 1\n255\n",
    ),
    *(zipped(b"a.usdc"), zipped(b"a.jpg"), b"\x00\x00\x02\x00\x01\x00", b"hello", b"<script>"),
    b"\x00\x00\x02" + bytes(9) + b"\x80\x00\x80\x00\x18\x00",
    *(box(brand) for brand in (b"avif", b"heic", b"mif1", b"msf1", b"crx ", b"isom", b"qt  ", b"3gp4", b"zzzz")),
    *(
        box(b"mif1", b"avif"),
        box(b"mif1", b"heic", b"avif"),
        box(b"isom", b"avif"),
        box(b"msf1", b"hevc"),
        box(b"miaf", b"mif1"),
    ),
]


def agree(head: bytes, name: str) -> None:
    """Raise AssertionError where one takes what the other does not, or as another kind."""
    kind = render(head[:HEAD])
    try:
        taken = ingest(head[:HEAD_BYTES], name)
    except Refused:
        assert kind.name in REFUSED | {"gzip"}, (kind, name)
        return
    assert kind.name not in REFUSED, (kind, taken)
    assert kind.family == taken.kind, (kind, taken)


def test_both_see_the_same_bytes() -> None:
    assert HEAD == HEAD_BYTES


@pytest.mark.parametrize("head", HEADS, ids=lambda head: repr(head[:24]))
def test_of_one_mind(head: bytes) -> None:
    agree(head, "a")


@pytest.mark.parametrize("head", [b"%!PS-Adobe-3.0 EPSF-3.0", b"\xc5\xd0\xd3\xc6"], ids=["text", "binary"])
def test_postscript_is_refused_in_the_same_words(head: bytes) -> None:
    with pytest.raises(Refused) as caught:
        ingest(head, "logo.eps")
    assert str(caught.value) == str(refuse_kind(render(head).name))


@example(b"\xff\xd8\xff\xe1", 4, b"ftyp")
@example(b"RIFF", 4, b"ftypmp42")
@example(b"PK\x03\x04", 4, b"moov")
@example(b"\x00\x00\x00\x0cjP  \r\n", 10, b"")
@given(st.sampled_from(HEADS), st.integers(0, 60), st.binary(max_size=220))
def test_of_one_mind_on_broken_ones(head: bytes, cut: int, tail: bytes) -> None:
    agree(head[:cut] + tail, "a")


def test_a_packed_drawing_is_told_by_its_name() -> None:
    packed = b"\x1f\x8b\x08\x00"
    assert ingest(packed, "logo.svgz").kind == render(packed).family == "image"
    assert ingest(packed, "logo.SVG.gz").media_type == "image/svg+xml"
    with pytest.raises(Refused, match="archive"):
        ingest(packed, "pictures.tar.gz")


@pytest.mark.media
@pytest.mark.skipif("PACKSHOT_MEDIA" not in os.environ, reason="PACKSHOT_MEDIA is not set")
@pytest.mark.parametrize("folder", ["formats", "broken", "documents", "camera", "video", "models", "luma"])
def test_of_one_mind_on_real_files(folder: str) -> None:
    files = [path for path in Path(os.environ["PACKSHOT_MEDIA"], folder).rglob("*") if path.is_file()]
    assert files
    for path in files:
        with path.open("rb") as file:
            agree(file.read(HEAD), path.name)
