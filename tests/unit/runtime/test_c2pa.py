"""Content Credentials are found where the standard puts them, and what they plainly say is kept."""

import struct
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import c2pa

MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def cbor(text: str) -> bytes:
    raw = text.encode()
    return (bytes([0x60 + len(raw)]) if len(raw) < 24 else bytes([0x78, len(raw)])) + raw


def manifest(*, filler: int = 0) -> bytes:
    body = b"jumdc2pa\0" + bytes(filler) + cbor("claim_generator") + cbor("Dream Studio/2.1") + cbor("actions")
    body += cbor("digitalSourceType") + cbor(MADE)
    return struct.pack(">I", len(body) + 8) + b"jumb" + body


def jpeg(box: bytes, part: int = 60_000) -> bytes:
    """The box in as many APP11 segments as it takes; each after the first repeats its length and type."""
    made = b"\xff\xd8\xff\xe0\0\4ab"
    for number, at in enumerate(range(0, len(box), part), 1):
        body = b"JP\0\1" + struct.pack(">I", number) + (b"" if number == 1 else box[:8]) + box[at : at + part]
        made += b"\xff\xeb" + struct.pack(">H", len(body) + 2) + body
    return made + b"\xff\xda\0\2"


def png(box: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"caBX", box) + chunk(b"IDAT", b"")


def webp(box: bytes) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    body = chunk(b"VP8X", bytes(10)) + chunk(b"VP8 ", bytes(3)) + chunk(b"C2PA", box)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def avif(box: bytes) -> bytes:
    def atom(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body) + 8) + name + body

    ours = atom(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(4) + b"manifest\0" + bytes(8) + box)
    wide = struct.pack(">I", 1) + b"free" + struct.pack(">Q", 20) + bytes(4)
    return atom(b"ftyp", b"avifavif") + atom(b"uuid", bytes(20)) + wide + ours + atom(b"mdat", b"")


CARRIERS = (jpeg, png, webp, avif)


@pytest.mark.parametrize(
    "content", [*(carry(manifest()) for carry in CARRIERS), jpeg(manifest(filler=150_000)), webp(manifest(filler=1))]
)
def test_what_the_manifest_says(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert c2pa.fields(path) == {
        "c2pa": {"generator": "Dream Studio/2.1", "digital_source_type": "trainedAlgorithmicMedia"}
    }


def test_of_several_source_types_the_last_of_a_machine_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    types = ("digitalCapture", "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "screenCapture")
    said = b"".join(cbor("digitalSourceType") + cbor(MADE.rpartition("/")[0] + "/" + one) for one in types)
    path.write_bytes(jpeg(b"\0\0\0\x09jumbc2pa" + said))
    assert c2pa.made_up(path) == "compositeWithTrainedAlgorithmicMedia"
    path.write_bytes(jpeg(b"\0\0\0\x09jumbc2pa" + cbor("digitalSourceType") + cbor("x/digitalCapture")))
    assert c2pa.made_up(path) is None
    assert c2pa.fields(path) == {"c2pa": {"digital_source_type": "digitalCapture"}}


def test_words_that_are_cut_by_a_segment_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(manifest(), part=30))
    assert c2pa.fields(path)["c2pa"] == {
        "generator": "Dream Studio/2.1",
        "digital_source_type": "trainedAlgorithmicMedia",
    }


def test_a_manifest_that_says_nothing_readable_is_there_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(b"\0\0\0\x20jumbjumdc2pa" + b"claim_generator\xff\xff"))
    assert c2pa.fields(path) == {"c2pa": {}}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8",
        *(carry(b"no box") for carry in CARRIERS),
        png(b""),
        avif(manifest())[:60],
        bytes(4) + b"ftyp" + bytes(99),
        b"\xff\xd8\xff\xeb\0\0JP",
        manifest(),
        jpeg(manifest())[:20],
    ],
)
def test_what_has_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert c2pa.fields(path) == {}


@given(st.sampled_from([carry(b"")[:16] for carry in CARRIERS]), st.binary(max_size=200))
def test_no_bytes_break_it(head: bytes, rest: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a")
        path.write_bytes(head + rest)
        assert set(c2pa.fields(path)) <= {"c2pa"}
