"""What cameras and retouchers wrote: real small packets, real small pictures, and noise."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pyvips
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.jobs import Cages
from runtime.limits import Limits
from services.ingest import iptc, xmp
from services.ingest.probe import caged, warm, work

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:core="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
 photoshop:TransmissionReference="TRAINER-RED">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default"> Trainer, rötlich </rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag><rdf:li>shoe</rdf:li><rdf:li/><rdf:li>red</rdf:li></rdf:Bag></dc:subject>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Studio</rdf:li></rdf:Alt></dc:rights>
<core:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">A red shoe</rdf:li></rdf:Alt>
</core:AltTextAccessibility>
<dc:description/>
<ext:ProductGTIN>4006381333931</ext:ProductGTIN>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
FOUND = {
    "title": "Trainer, rötlich",
    "alt": "A red shoe",
    "keywords": ["shoe", "red"],
    "copyright": "© Studio",
    "reference": "TRAINER-RED",
    "gtin": "4006381333931",
}
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % ((n, *[n - 1] * 8)) for n in range(ord("b"), ord("m"))
)


def dataset(number: int, text: bytes, record: int = 2) -> bytes:
    return bytes([0x1C, record, number]) + len(text).to_bytes(2, "big") + text


@pytest.mark.parametrize(
    "packet",
    [
        PACKET.encode(),
        b"\0 \n" + PACKET.encode() + b" " * 2000 + b"\0",
        PACKET.replace("\ufeff", "").encode("utf-16"),
    ],
)
def test_xmp(packet: bytes) -> None:
    assert xmp.fields(packet) == FOUND


def test_xmp_as_attributes() -> None:
    packet = (
        '<a xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="Trainer" dc:subject="shoe" dc:format="image/jpeg"/>'
    )
    assert xmp.fields(packet.encode()) == {"title": "Trainer", "keywords": ["shoe"]}


def test_xmp_of_rights() -> None:
    packet = """<a xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" xmlns:r="http://ns.adobe.com/xap/1.0/rights/"
     xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" plus:LicenseEndDate="2027-12-31"
     plus:ModelReleaseStatus="http://ns.useplus.org/ldf/vocab/MR-UMR">
    <plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorName>Agency</plus:LicensorName></rdf:li>
    </rdf:Seq></plus:Licensor><r:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">Online only</rdf:li></rdf:Alt>
    </r:UsageTerms></a>"""
    assert xmp.fields(packet.encode()) == {
        "license_end": "2027-12-31",
        "model_release": "http://ns.useplus.org/ldf/vocab/MR-UMR",
        "licensor": "Agency",
        "usage_terms": "Online only",
    }


MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


@pytest.mark.parametrize(
    "packet",
    [
        f'<r xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"><e:DigitalSourceType>{MADE}</e:DigitalSourceType></r>',
        f'<r xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" e:DigitalSourceType="{MADE}"/>',
    ],
)
def test_how_a_picture_was_made_is_kept(packet: str) -> None:
    assert xmp.fields(packet.encode()) == {"digital_source_type": "compositeWithTrainedAlgorithmicMedia"}


def test_xmp_is_bounded() -> None:
    many = "<rdf:li>" + "</rdf:li><rdf:li>".join(f"{n}" + "x" * 600 for n in range(200)) + "</rdf:li>"
    found = xmp.fields(PACKET.replace("<rdf:li>shoe</rdf:li>", many).encode())
    assert len(found["keywords"]) == 100
    assert max(map(len, found["keywords"])) == xmp.MAX_TEXT


@pytest.mark.parametrize(
    "packet",
    [
        *(b"", b"no XML", b"<a", b'<?xml version="1.0" encoding="martian"?><a/>', b"<a>\xff</a>"),
        *(b'<?xml version="1.0" encoding="hex"?><a/>', b'<?xml version="1.0" encoding="shift_jis"?><a/>'),
        LAUGHS + b"]><a>&l;</a>",
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
    ],
)
def test_what_is_no_xmp_says_nothing(packet: bytes) -> None:
    assert xmp.fields(packet) == {}


def test_xmp_loads_nothing_from_outside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    inside = f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
    title = '<a xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>&e;</dc:title></a>'
    assert xmp.fields((inside + title).encode()) == {}


@given(
    st.builds(
        lambda start, noise, end: PACKET.encode()[:start] + noise + PACKET.encode()[end:],
        st.integers(0, 1200),
        st.binary(max_size=20),
        st.integers(0, 1200),
    )
    | st.builds(lambda name: f'<?xml version="1.0" encoding="{name}"?><a/>'.encode(), st.text("abcu-_78", max_size=8))
)
@example(b'<?xml version="1.0" encoding="rot13"?><a/>')
def test_no_packet_raises(packet: bytes) -> None:
    assert all(isinstance(value, str | list) for value in xmp.fields(packet).values())


def test_iptc() -> None:
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x10" + b"".join(
        (
            dataset(0, b"\x00\x02"),
            dataset(5, "Trainer, rötlich".encode()),
            dataset(25, b"shoe"),
            dataset(25, b""),
            dataset(25, b"red"),
            dataset(103, b"TRAINER-RED"),
            dataset(116, b"\0Studio \0"),
            dataset(40, b"not ours"),
            dataset(5, b"of another record", record=3),
        )
    )
    assert iptc.fields(block) == {
        "title": "Trainer, rötlich",
        "keywords": ["shoe", "red"],
        "reference": "TRAINER-RED",
        "copyright": "Studio",
    }


@pytest.mark.parametrize("declared", [False, True])
def test_iptc_of_old_programs_is_latin(declared: bool) -> None:
    """Only a block that says it is UTF-8 is read as it whatever the bytes are."""
    coded = b"\x1c\x01\x5a\x00\x03\x1b%G" if declared else b""
    latin = "Mütze “rot”".encode("cp1252")
    found = iptc.fields(coded + dataset(5, latin) + dataset(80, "Zoë".encode()))
    assert found == {"title": "M\ufffdtze \ufffdrot\ufffd" if declared else "Mütze “rot”", "artist": "Zoë"}


def test_iptc_that_is_cut_off_says_what_it_can() -> None:
    block = dataset(103, b"TRAINER-RED") + dataset(5, b"Trainer")
    assert iptc.fields(block[:-3])["reference"] == "TRAINER-RED"
    assert iptc.fields(dataset(103, b"X") + b"\x1c\x02\x05\x80\x04....") == {"reference": "X"}


def test_iptc_holds_nothing_that_a_database_cannot() -> None:
    assert iptc.fields(dataset(5, b"a\0b") + dataset(103, b"\0")) == {"title": "ab"}


@given(
    st.binary(max_size=60) | st.builds(lambda a, b: dataset(5, a) + b, st.binary(max_size=9), st.binary(max_size=30))
)
def test_no_block_raises(block: bytes) -> None:
    assert "\0" not in str(iptc.fields(block))


@pytest.fixture(scope="module", autouse=True)
def _locked_down() -> None:
    warm()


def picture(folder: Path, **fields: str) -> bytes:
    image = pyvips.Image.black(12, 8, bands=3).copy(interpretation="srgb")
    for name, value in fields.items():
        image.set_type(pyvips.GValue.gstr_type, name.replace("_", "-"), value)
    image.set_type(pyvips.GValue.blob_type, "xmp-data", PACKET.encode())
    body: bytes = image.jpegsave_buffer()
    return body


def probed(folder: Path, body: bytes, **job: Any) -> dict[str, Any]:
    (folder / "input").write_bytes(body)
    (found,) = work({"input": "input", **job}, folder)
    return found


def test_a_picture_tells_its_camera(tmp_path: Path) -> None:
    body = picture(
        tmp_path,
        exif_ifd0_Artist="Ada #Studio, Berlin.",
        exif_ifd0_Model="X-T5",
        exif_ifd2_DateTimeOriginal="2026:11:23 09:00:00",
        exif_ifd3_GPSLatitude="52/1 31/1 0/1",
    )
    body = body.replace(b"#Studio, Berlin.", b"(Studio, Berlin)")  # libvips writes nothing in brackets
    found = probed(tmp_path, body)
    assert (found["width"], found["height"], found["orientation"]) == (12, 8, 1)
    assert (found["artist"], found["model"]) == ("Ada (Studio, Berlin)", "X-T5")
    assert found["taken"] == "2026:11:23 09:00:00"
    assert found["gps"] is True
    assert found["title"] == FOUND["title"]  # its XMP is read too


def test_where_it_was_taken_is_a_flag_and_no_place(tmp_path: Path) -> None:
    body = picture(tmp_path, exif_ifd3_GPSLatitude="52/1 31/1 0/1")
    assert "52" not in str(probed(tmp_path, body))
    assert probed(tmp_path, picture(tmp_path))["gps"] is False


def test_its_orientation(tmp_path: Path) -> None:
    turned = pyvips.Image.black(12, 8, bands=3).copy(interpretation="srgb")
    turned.set_type(pyvips.GValue.gint_type, "orientation", 6)
    assert probed(tmp_path, turned.jpegsave_buffer())["orientation"] == 6


def test_letters_of_an_old_camera_do_not_stop_it(tmp_path: Path) -> None:
    body = picture(tmp_path, exif_ifd0_Artist="Mueller")
    assert b"Mueller" in body
    assert probed(tmp_path, body.replace(b"Mueller", b"M\xfc\xfeler"))["artist"].startswith("M")


@pytest.mark.parametrize("body", [b"", b"\xff\xd8\xff\xe0", b"hello"])
def test_what_cannot_be_read_is_renders_word(tmp_path: Path, body: bytes) -> None:
    assert probed(tmp_path, body)["unreadable"]


def test_a_sidecar(tmp_path: Path) -> None:
    assert probed(tmp_path, PACKET.encode(), sidecar=True) == FOUND


@pytest.fixture
async def cages(tmp_path: Path) -> AsyncIterator[Cages]:
    pool = Cages("services.ingest.probe:work", size=1, scratch=tmp_path, limits=Limits(seconds=20))
    await pool.start()
    yield pool
    await pool.close()


async def test_in_the_cage(tmp_path: Path, cages: Cages) -> None:
    probe = caged(cages)
    for body, sidecar in ((picture(tmp_path), False), (PACKET.encode(), True)):
        path = tmp_path / "spooled"
        path.write_bytes(body)
        found = await probe(path, sidecar)
        assert found["title"] == FOUND["title"]
        assert path.read_bytes() == body
        path.unlink()
