"""What a local picture says of itself, and the words that are made of what is known of it."""

from pathlib import Path
from typing import Any

import pytest
import pyvips

from cli.own_words import embedded, lines, reading, words
from tests.unit.runtime.test_c2pa import manifest, png

BOX = [0.1, 0.2, 0.5, 0.6]
TAGS: dict[str, Any] = {
    "labels": [{"label": "running shoe", "confidence": 0.9, "source": "imagenet-lite2"}],
    "colours": [{"name": "red", "hex": "#b3202a", "share": 0.8}],
    "composition": {"kind": "packshot", "background": "pure white", "box": BOX},
    "hash": "c3d4e5f60718293a",
    "likeness": "AAAA",
}


def picture(folder: Path, fields: str) -> Path:
    xmp = f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
      xmlns:c="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">{fields}</rdf:Description></rdf:RDF></x:xmpmeta>"""
    made = pyvips.Image.black(40, 30, bands=3).copy(interpretation="srgb").copy()
    made.set_type(pyvips.GValue.blob_type, "xmp-data", xmp.encode())
    made.jpegsave(str(folder / "a.jpg"), keep="xmp")
    return folder / "a.jpg"


async def test_what_the_file_says_of_its_making_and_of_itself(tmp_path: Path) -> None:
    uri = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    alt = '<rdf:Alt><rdf:li xml:lang="x-default">Three shoes on a beach</rdf:li></rdf:Alt>'
    file = picture(
        tmp_path,
        f"<e:DigitalSourceType>{uri}</e:DigitalSourceType><c:AltTextAccessibility>{alt}</c:AltTextAccessibility>",
    )
    (tmp_path / "a.txt").write_text("no picture")
    async with reading(tmp_path) as cages:
        found = words(TAGS, file, await embedded(cages, file))
        assert await embedded(cages, tmp_path / "a.txt") == {}
    assert found["provenance"] == {"digital_source_type": "trainedAlgorithmicMedia"}
    assert found["alt"]["en"]["text"] == "Three shoes on a beach" and found["alt"]["en"]["source"] == "file"
    assert found["likeness"] == {"hash": TAGS["hash"], "signature": "AAAA", "version": "1"}


async def test_without_a_text_of_its_own_one_is_built(tmp_path: Path) -> None:
    found = words(TAGS, picture(tmp_path, ""), {})
    assert found["alt"]["en"]["text"] == "Running shoe, red" and "de" not in found["alt"]
    assert found["caption"]["en"]["text"].startswith("Running shoe, red.")
    assert found["provenance"] == {}
    assert words({**TAGS, "labels": []}, tmp_path / "a.jpg", {})["alt"] == {}


async def test_content_credentials_are_told(tmp_path: Path) -> None:
    whole, credentials = pyvips.Image.black(40, 30, bands=3).pngsave_buffer(), png(manifest())[33:-12]
    (file := tmp_path / "a.png").write_bytes(whole[:33] + credentials + whole[33:])  # after the header
    async with reading(tmp_path) as cages:
        found = words(TAGS, file, await embedded(cages, file))
    c2pa = {"generator": "Dream Studio/2.1", "digital_source_type": "trainedAlgorithmicMedia"}
    assert found["provenance"] == {"c2pa": c2pa}


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"digital_source_type": "trainedAlgorithmicMedia"}, "trainedAlgorithmicMedia"),
        ({"c2pa": {}}, "Content Credentials"),
        (
            {
                "digital_source_type": "digitalCapture",
                "c2pa": {"generator": "Cam", "digital_source_type": "compositeX"},
            },
            "digitalCapture, compositeX, Content Credentials of Cam",
        ),
    ],
)
def test_people_read_how_it_was_made(made: dict[str, Any], told: str) -> None:
    assert lines({"provenance": made}) == [f"made: {told} (as the file says; not verified)"]


def test_people_read_one_alternative_text_and_the_hash() -> None:
    alts = {"en": {"text": "Shoe, red"}, "de": {"text": "Schuh, rot"}}
    assert lines({"alt": alts, "hash": "c3d4", "provenance": {}}) == ["alt (en): Shoe, red", "hash: c3d4"]
