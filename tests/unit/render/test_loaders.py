"""The lock: what is named opens, everything else libvips could open does not."""

import subprocess
import sys
from pathlib import Path

import pytest
import pyvips

from services.render.image.loaders import LOADERS, load

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def saved(kind: str, image: pyvips.Image) -> bytes:
    if kind == "avif":
        return bytes(image.heifsave_buffer(compression="av1", effort=0))
    return bytes(getattr(image, f"{kind}save_buffer")())


@pytest.mark.parametrize("kind", sorted(LOADERS))
def test_a_named_format_opens(kind: str, scene: pyvips.Image, tmp_path: Path) -> None:
    (tmp_path / "input").write_bytes(saved(kind, scene))
    assert load(tmp_path / "input", kind).copy_memory().width == scene.width


@pytest.mark.parametrize(
    ("name", "data", "loader"),
    [("a.svg", SVG, "svgload"), ("a.csv", b"1,2\n3,4\n", "csvload"), ("a.mat", b"2 1\n3 4\n", "matrixload")],
)
def test_an_unnamed_format_does_not(name: str, data: bytes, loader: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(pyvips.Error, match="blocked"):
        pyvips.Operation.call(loader, str(tmp_path / name))
    with pytest.raises(pyvips.Error, match="not a known file format"):
        pyvips.Image.new_from_file(str(tmp_path / name))


def test_vips_own_and_raw_and_pdf_do_not(tmp_path: Path, scene: pyvips.Image) -> None:
    scene.write_to_file(str(tmp_path / "a.v"))
    (tmp_path / "a.pdf").write_bytes(PDF)
    with pytest.raises(pyvips.Error, match="blocked"):
        pyvips.Operation.call("vipsload", str(tmp_path / "a.v"))
    with pytest.raises(pyvips.Error, match="blocked"):
        pyvips.Operation.call("rawload", str(tmp_path / "a.pdf"), 2, 2, 1)
    for name in ("a.v", "a.pdf"):
        with pytest.raises(pyvips.Error):
            pyvips.Image.new_from_file(str(tmp_path / name)).avg()


def test_without_the_lock_they_would_open(tmp_path: Path) -> None:
    """Keeps the tests above honest: in a process that did not lock down, the same files are pictures."""
    (tmp_path / "a.svg").write_bytes(SVG)
    (tmp_path / "a.csv").write_bytes(b"1,2\n3,4\n")
    program = "import pyvips, sys; [pyvips.Image.new_from_file(name).avg() for name in sys.argv[1:]]"
    files = [str(tmp_path / "a.svg"), str(tmp_path / "a.csv")]
    assert subprocess.run([sys.executable, "-c", program, *files], check=False).returncode == 0


def test_the_next_file_of_the_same_name_is_another_picture(tmp_path: Path, scene: pyvips.Image) -> None:
    """In a warm child every input has one name: libvips' cache, keyed by names, would mix customers up."""
    file = tmp_path / "input"
    seen = []
    for picture in (scene, (scene * 0.5).cast("uchar")):
        file.write_bytes(saved("png", picture))
        seen.append(load(file, "png", sequential=False).avg())
    assert abs(seen[0] - seen[1]) > 10
