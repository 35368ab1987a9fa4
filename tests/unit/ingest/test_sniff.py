"""Types by first bytes, and why the others are not taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.refusal import Refused
from services.ingest.sniff import HEAD_BYTES, Sniffed, sniff


def box(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x20ftyp" + brand + b"\x00" * 16


def zipped(name: bytes) -> bytes:
    return b"PK\x03\x04" + b"\x00" * 22 + len(name).to_bytes(2, "little") + b"\x00\x00" + name + b"..."


TIFF = b"II\x2a\x00\x08\x00\x00\x00"
TAKEN = [
    (b"\xff\xd8\xff\xe1", "a.jpg", "image/jpeg", "image"),
    (b"\x89PNG\r\n\x1a\n....", "a", "image/png", "image"),
    (b"GIF87a", "a", "image/gif", "image"),
    (b"GIF89a", "a", "image/gif", "image"),
    (b"8BPS\x00\x01", "a.psd", "image/vnd.adobe.photoshop", "image"),
    (b"BM\x00\x00", "a.bmp", "image/bmp", "image"),
    (b"\xff\x0a..", "a", "image/jxl", "image"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "a", "image/jxl", "image"),
    (b"IIU\x00", "a.rw2", "image/x-panasonic-rw2", "image"),
    (TIFF, "a.tif", "image/tiff", "image"),
    (b"MM\x00\x2a....", "a.tif", "image/tiff", "image"),
    (b"II\x2b\x00....", "a.tif", "image/tiff", "image"),
    (b"MM\x00\x2b....", "a.tif", "image/tiff", "image"),
    (TIFF, "a/b.NEF", "image/x-nikon-nef", "image"),
    (TIFF, "b.cr2", "image/x-canon-cr2", "image"),
    (TIFF, "b.arw", "image/x-sony-arw", "image"),
    (TIFF, "b.dng", "image/x-adobe-dng", "image"),
    (b"\xff\xd8\xff\xe1", "b.nef", "image/jpeg", "image"),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.jpg", "image/webp", "image"),
    (b"RIFF\x00\x00\x00\x00AVI LIST", "a", "video/x-msvideo", "video"),
    (box(b"avif"), "a", "image/avif", "image"),
    (box(b"avis"), "a", "image/avif", "image"),
    (box(b"heic"), "a", "image/heic", "image"),
    (box(b"heix"), "a", "image/heic", "image"),
    *((box(brand), "a", "image/heic", "image") for brand in (b"heim", b"heis")),
    *((box(brand), "a", "image/heic-sequence", "image") for brand in (b"hevc", b"hevx")),
    (box(b"mif1"), "a", "image/heif", "image"),
    (b"IIRO\x08\0", "a.orf", "image/x-olympus-orf", "image"),
    (b"FUJIFILMCCD-RAW 0201", "a.raf", "image/x-fuji-raf", "image"),
    (b"FOVb\0\0", "a.x3f", "image/x-sigma-x3f", "image"),
    (b"II\x2a\x00", "a.PEF", "image/x-pentax-pef", "image"),
    (b"MM\x00\x2a", "a.iiq", "image/x-phaseone-iiq", "image"),
    (box(b"mif2"), "a", "image/heif", "image"),
    (box(b"mif1" + b"\0" * 4 + b"mif1avif"), "a", "image/avif", "image"),
    (box(b"msf1" + b"\0" * 4 + b"hevc"), "a", "image/heic-sequence", "image"),
    (box(b"isom" + b"\0" * 4 + b"avif"), "a", "video/mp4", "video"),
    (box(b"crx "), "a.cr3", "image/x-canon-cr3", "image"),
    (box(b"qt  "), "a.mov", "video/quicktime", "video"),
    (box(b"isom"), "a.mp4", "video/mp4", "video"),
    (box(b"3gp4"), "a", "video/3gpp", "video"),
    (b"\x1aE\xdf\xa3", "a.webm", "video/x-matroska", "video"),
    (b"\x47" + b"\x00" * 187 + b"\x47", "a.ts", "video/mp2t", "video"),
    (b"%PDF-1.7", "a", "application/pdf", "document"),
    (b"glTF\x02\x00", "a.glb", "model/gltf-binary", "model"),
    (b'{\n "asset": {"version": "2.0"}}', "a.gltf", "model/gltf+json", "model"),
    (zipped(b"scene.usdc"), "a.usdz", "model/vnd.usdz+zip", "model"),
    (b"<svg xmlns=''>", "a.svg", "image/svg+xml", "image"),
    (b"\xef\xbb\xbf<?xml version='1.0'?>\n<SVG>", "a.svg", "image/svg+xml", "image"),
]
UNWANTED = [
    (b"%!PS-Adobe-3.0 EPSF", "PostScript", "PDF"),
    (b"\xc5\xd0\xd3\xc6....", "PostScript", "PDF"),
    (b"Rar!\x1a\x07", "archive", "Unpack"),
    (b"7z\xbc\xaf\x27\x1c", "archive", "Unpack"),
    (b"\x1f\x8b\x08", "archive", "Unpack"),
    (zipped(b"photos/a.jpg"), "archive", "Unpack"),
    (b"PK\x03\x04", "archive", "Unpack"),
    (b"#EXTM3U\n", "playlist", "video file"),
    (b"MZ\x90\x00", "program", "pictures"),
    (b"\x7fELF\x02", "program", "pictures"),
    (b"<!DOCTYPE html><html>", "web page", "picture itself"),
    (b"  <html>", "web page", "picture itself"),
    (b"hello", "do not know", "export it"),
    (b"<?xml version='1.0'?><feed/>", "do not know", "export it"),
    (b"{}", "do not know", "export it"),
    (b"", "do not know", "export it"),
    (b"RIFF\x00\x00\x00\x00WAVE", "do not know", "export it"),
]


@pytest.mark.parametrize(("head", "name", "media_type", "kind"), TAKEN)
def test_taken(head: bytes, name: str, media_type: str, kind: str) -> None:
    found = sniff(head, name)
    assert (found.media_type, found.kind) == (media_type, kind)


@pytest.mark.parametrize(("head", "cause", "cure"), UNWANTED)
def test_unwanted_with_cause_and_cure(head: bytes, cause: str, cure: str) -> None:
    with pytest.raises(Refused) as refused:
        sniff(head, "a.jpg")
    assert cause in refused.value.cause
    assert cure in refused.value.cure


HEADS = [head for head, *_ in TAKEN] + [head for head, *_ in UNWANTED]


@given(
    st.builds(
        lambda head, cut, tail: (head[:cut] + tail)[:HEAD_BYTES],
        st.sampled_from(HEADS) | st.just(b""),
        st.integers(0, 200),
        st.binary(max_size=200),
    ),
    st.text(max_size=10) | st.sampled_from(["a.nef", ".", "a."]),
)
def test_no_bytes_raise_anything_but_refused(head: bytes, name: str) -> None:
    try:
        assert isinstance(sniff(head, name), Sniffed)
    except Refused as refusal:
        assert refusal.cause.endswith(".")
        assert refusal.cure.endswith(".")
