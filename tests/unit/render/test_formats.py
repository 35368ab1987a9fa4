"""docs/formats.md says what goes in: each row is tried on a file."""

import gzip
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pylibjxl
import pytest
import pyvips
from PIL import Image

from runtime.refusal import Refused
from services.render.image.decoders import DECODERS
from services.render.image.refusals import NEVER, NOT_YET, refuse_kind
from services.render.image.sniff import sniff, sniff_file
from services.render.presets import load_presets
from services.render.recipe import Facts, Recipe, resolve
from services.render.video.containers import DEMUXERS
from tests.fakes.files import dng, pdf, psd

DOCS = Path(__file__).resolve().parents[3] / "docs" / "formats.md"
ROWS = {
    found[1]: [cell.strip() for cell in line.split("|")[2:-1]]
    for line in DOCS.read_text().splitlines()
    if (found := re.match(r"\| `([a-z0-9-]+)` \|", line))
}
READY = {name for name, cells in ROWS.items() if cells[1] == "ready"}
Values = Callable[..., list[dict[str, Any]]]
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='5' height='5'/></svg>"
# Other kinds than pictures and pages have their own workers and tests; here is told only that they are taken.
TAKEN_ELSEWHERE: set[str] = {*DEMUXERS, "glb", "gltf", "usdz"}
# In $PACKSHOT_MEDIA/formats: what is refused, and how that is said.
REFUSED_MEDIA = {
    "17000x17000.avif": "289 megapixels",
    "BLK.EPS": "PostScript",
    "sample.cur": "mouse pointer",
    "sample.exr": "OpenEXR",
}


def small(kind: str, scene: pyvips.Image) -> bytes:
    """A small whole file of a kind; HEIC is in the media only, since what writes it is under the GPL."""
    picture, pixels = Image.fromarray(scene.numpy()), scene.numpy()
    if kind in ("bmp", "ico", "tga", "ppm", "jp2"):
        out = io.BytesIO()
        picture.save(out, {"jp2": "JPEG2000"}.get(kind, kind.upper()))
        return out.getvalue()
    made: dict[str, Callable[[], Any]] = {
        "svg": lambda: SVG,
        "gzip": lambda: gzip.compress(SVG),
        "psd": lambda: psd(np.ascontiguousarray(pixels.transpose(2, 0, 1)), 3),
        "raw": lambda: dng(pixels / 255),
        "jxl": lambda: pylibjxl.encode(pixels),
        "pdf": lambda: pdf([b"0 0 9 9 re f"]),
        "avif": lambda: scene.heifsave_buffer(compression="av1", effort=0),
    }
    return bytes(made[kind]() if kind in made else getattr(scene, f"{kind}save_buffer")())


REFUSED = {
    "empty": b"",
    "exr": b"\x76\x2f\x31\x01",
    "hdr": b"#?RADIANCE\n",
    "flv": b"FLV\1",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0",
    "zip": b"PK\3\4",
    "archive": b"Rar!\x1a\7",
    "playlist": b"#EXTM3U\n",
    "cur": b"\0\0\2\0\1\0",
    "web-page": b"<!doctype html>",
    "program": b"MZ",
}


def test_the_table_has_all_that_the_code_knows() -> None:
    assert {*DECODERS, "pdf"} | TAKEN_ELSEWHERE == READY
    assert set(ROWS) - READY == {*NOT_YET, *NEVER} - READY


@pytest.mark.parametrize("kind", sorted({*DECODERS, "pdf"} - {"heic"}))
def test_ready(kind: str, scene: pyvips.Image, recipe: Recipe, values: Values, tmp_path: Path) -> None:
    data = small(kind, scene)
    (tmp_path / "file").write_bytes(data)
    assert sniff_file(tmp_path / "file").name == kind
    assert [value["preset"] for value in values(data, [recipe]) if "preset" in value] == [recipe.preset]


@pytest.mark.parametrize("kind", sorted({*NOT_YET, *NEVER} - {"gzip"}))
def test_refused_in_the_words_of_the_table(kind: str, values: Values) -> None:
    assert sniff(REFUSED[kind]).name == kind
    with pytest.raises(Refused) as caught:
        values(REFUSED[kind])
    assert caught.value.cause in ROWS[kind][2]
    assert caught.value.cure in ROWS[kind][2]


def test_whatever_else_is_refused_too(values: Values) -> None:
    for data in (b"hello", bytes(500)):
        with pytest.raises(Refused, match="do not know"):
            values(data)
    assert refuse_kind("a format of tomorrow").cure


@pytest.mark.media
@pytest.mark.skipif("PACKSHOT_MEDIA" not in os.environ, reason="PACKSHOT_MEDIA is not set")
def test_real_files_go_as_the_table_says(values: Values) -> None:
    thumbnail = [resolve(load_presets().named("thumbnail"), Facts())]
    seen = set()
    for path in sorted(Path(os.environ["PACKSHOT_MEDIA"], "formats").iterdir()):
        kind = sniff_file(path).name
        seen.add(kind)
        try:
            values(path.read_bytes(), thumbnail)
        except Refused as refusal:
            assert path.name in REFUSED_MEDIA, (path.name, refusal)
            assert REFUSED_MEDIA[path.name] in refusal.cause
        else:
            assert path.name not in REFUSED_MEDIA
            assert kind in READY
    assert len(seen & READY) >= 14
