"""USDZ in: the package is checked, nothing outside is read, and it takes the way of every other model."""

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.refusal import Refused
from services.render.model.package import open_package
from services.render.model.zip_times import without_clock
from tests.golden.golden import similarity
from tests.unit.render.model.conftest import Make, box, needs_extra, opened

LAYER = b"""#usda 1.0
(
    defaultPrim = "Model"
    metersPerUnit = 0.01
    upAxis = "Z"
)
def Xform "Model" %s
{
    def Mesh "Square"
    {
        int[] faceVertexCounts = [4]
        int[] faceVertexIndices = [0, 1, 2, 3]
        point3f[] points = [(0, 0, 0), (100, 0, 0), (100, 0, 50), (0, 0, 50)]
        %s
    }
}
"""
TEXTURED = b"""rel material:binding = </Model/Look>
    }
    def Material "Look"
    {
        token outputs:surface.connect = </Model/Look/S.outputs:surface>
        def Shader "S"
        {
            uniform token info:id = "UsdPreviewSurface"
            color3f inputs:diffuseColor.connect = </Model/Look/T.outputs:rgb>
            token outputs:surface
        }
        def Shader "T"
        {
            uniform token info:id = "UsdUVTexture"
            asset inputs:file = @%s@
            float3 outputs:rgb
        }
"""


def package(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def link() -> bytes:
    out, entry = io.BytesIO(), zipfile.ZipInfo("textures/a.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.usda", LAYER % (b"", b""))
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (package({"a.usda": LAYER * 9}, zipfile.ZIP_DEFLATED), "compressed"),
        (package({"a.usda": LAYER, "../up.png": b"x"}), "leads outside"),
        (package({"a.usda": LAYER, "/etc/up.png": b"x"}), "leads outside"),
        (package({"a.usda": LAYER, "in.usdz": b"x"}), "neither"),
        (package({"a.usda": LAYER, "in.zip": b"x"}), "neither"),
        (package({"a.png": b"x", "a.usda": LAYER}), "first file"),
        (package({}), "holds 0 files"),
        (link(), "is a link"),
        (package({"a.usda": LAYER})[:200], "cannot be opened"),
    ],
)
def test_a_package_that_lies_is_refused(data: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "a.usdz").write_bytes(data)
    with pytest.raises(Refused, match=says):
        open_package(tmp_path / "a.usdz")


def test_the_clock_is_taken_out_and_nothing_else(tmp_path: Path) -> None:
    path, files = tmp_path / "a.usdz", {"a.usda": LAYER, "b.png": b"1234"}
    path.write_bytes(package(files))
    without_clock(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {name: archive.read(name) for name in archive.namelist()} == files


Square = Callable[..., bytes]


@pytest.fixture
def read(tmp_path: Path) -> Square:
    """read(head, body) -> the GLB of a package with one layer."""
    pytest.importorskip("pxr", reason="the 3D extra is not set up")
    from services.render.model.usd_read import usdz_to_glb

    def run(head: bytes = b"", body: bytes = b"", more: dict[str, bytes] | None = None) -> bytes:
        (tmp_path / "a.usdz").write_bytes(package({"a.usda": LAYER % (head, body), **(more or {})}))
        usdz_to_glb(tmp_path / "a.usdz", tmp_path / "a.glb")
        return (tmp_path / "a.glb").read_bytes()

    return run


def test_centimetres_and_the_z_axis_are_understood(read: Square) -> None:
    from services.render.model.container import parse
    from services.render.model.measure import measure

    found = measure(parse(read()))
    assert found.size_m == pytest.approx((1.0, 0.5, 0.0), abs=1e-6) and found.triangles == 2


@pytest.mark.parametrize("outside", [b"/etc/passwd", b"http://example.com/a.usd", b"../a.usda", b"gone.usda"])
def test_a_layer_from_outside_is_refused_by_name(outside: bytes, read: Square) -> None:
    with pytest.raises(Refused, match="outside") as refused:
        read(b"(references = @%s@)" % outside)
    assert outside.decode() in refused.value.cause


@pytest.mark.parametrize("outside", [b"/etc/passwd", b"http://example.com/a.png", b"../a.png", b"gone.png"])
def test_a_texture_from_outside_is_refused_by_name(outside: bytes, read: Square) -> None:
    with pytest.raises(Refused, match="outside") as refused:
        read(body=TEXTURED % outside)
    assert outside.decode() in refused.value.cause


@needs_extra
@pytest.mark.timeout(120)
async def test_what_was_made_is_taken_again_and_looks_the_same(make: Make) -> None:
    values, first = await make(box((0.3, 0.2, 0.1)).done(), (), ("model-ios", "turntable-1"))
    again, second = await make(first["model-ios"], (), ("model", "model-ios", "turntable-1"))
    assert again[0]["model"]["format"] == "usdz"
    assert again[0]["model"]["size_m"] == pytest.approx(values[0]["model"]["size_m"], abs=1e-5)
    assert again[0]["model"]["triangles"] == 12 and again[0]["model"]["textures"] == 3
    assert similarity(opened(first["turntable-1"]), opened(second["turntable-1"])) >= 0.95
