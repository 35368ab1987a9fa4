"""The structure, before any library of others sees it."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from runtime.refusal import Refused
from services.render.model.check import check
from services.render.model.container import parse
from services.render.model.measure import measure
from tests.unit.render.model.conftest import Builder, box

Change = Callable[[dict[str, Any]], Any]


def changed(change: Change) -> bytes:
    made = box(textured=False)
    change(made.document)
    return made.done()


def test_a_sound_box_passes() -> None:
    check(parse(box().done()))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["nodes"][0].update(children=[0]), "its own"),
        (lambda d: d["nodes"].extend([{"children": [0]}, {}]) or d["scenes"][0].update(nodes=[0, 1]), "two parents"),
        (lambda d: d["nodes"][0].update(mesh=9), r"meshes\[9\]"),
        (lambda d: d["nodes"][0].update(translation=[0, 0]), "wrong length"),
        (lambda d: d["nodes"][0].update(scale=["a", "b", "c"]), "not of numbers"),
        (lambda d: d["accessors"][0].update(count=25), "beyond"),
        (lambda d: d["accessors"][0].update(byteOffset=8), "beyond"),
        (lambda d: d["accessors"][0].update(type="VEC7"), "type"),
        (lambda d: d["bufferViews"][0].update(byteLength=10**9), "beyond"),
        (lambda d: d["bufferViews"][0].update(buffer=5), r"buffers\[5\]"),
        (lambda d: d.update(extensionsRequired=["ACME_magic"]), "ACME_magic"),
        (lambda d: d.update(extensionsRequired=["KHR_texture_basisu"]), "KTX2"),
        (lambda d: d["meshes"][0]["primitives"][0].update(mode=0), "no surface"),
        (lambda d: d["meshes"][0].update(primitives="many"), "not built"),
        (lambda d: d["nodes"][0].update(children=7), "children"),
        (lambda d: d.update(scenes=[{"nodes": [[1]]}]), "nodes"),
    ],
)
def test_what_does_not_hold_is_refused(change: Change, says: str) -> None:
    with pytest.raises(Refused, match=says):
        check(parse(changed(change)))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: m["pbrMetallicRoughness"].update(baseColorFactor=True), "baseColorFactor"),
        (lambda m: m["pbrMetallicRoughness"].update(baseColorFactor=[1, 1, 1]), "baseColorFactor"),
        (lambda m: m["pbrMetallicRoughness"].update(roughnessFactor="x"), "roughnessFactor"),
        (lambda m: m.update(emissiveFactor=[1, 1, None]), "emissiveFactor"),
        (lambda m: m.update(normalTexture=7), "no object"),
        (lambda m: m.update(normalTexture={}), "textures"),
        (lambda m: m["normalTexture"].update(index=3), "textures"),
        (lambda m: m["normalTexture"].update(texCoord="a"), "coordinates"),
        (lambda m: m["normalTexture"].update(extensions={"KHR_texture_transform": {"offset": 5}}), "offset"),
    ],
)
def test_odd_materials_are_refused(change: Change, says: str) -> None:
    made = box()
    change(made.document["materials"][0])
    with pytest.raises(Refused, match=says):
        check(parse(made.done()))


def test_too_many_nodes_are_refused_at_once() -> None:
    made = box(textured=False)
    made.document["nodes"] = [{"mesh": 0} for _ in range(200_000)]
    made.document["scenes"] = [{"nodes": list(range(200_000))}]
    started = time.monotonic()
    with pytest.raises(Refused, match="more than 20000 nodes"):
        check(parse(made.done()))
    assert time.monotonic() - started < 10


def test_too_many_triangles_are_refused_by_their_number_alone() -> None:
    made = box(textured=False)
    made.document["nodes"] = [{"mesh": 0} for _ in range(19_999)]
    made.document["scenes"] = [{"nodes": list(range(19_999))}]
    made.document["meshes"][0]["primitives"] *= 30
    with pytest.raises(Refused, match="7199640 triangles"):
        check(parse(made.done()))


def test_an_index_beyond_the_points_is_refused() -> None:
    made = box(textured=False)
    made.document["meshes"][0]["primitives"][0]["indices"] = made.accessor(np.array([0, 1, 999], np.uint16), "SCALAR")
    gltf = parse(made.done())
    with pytest.raises(Refused, match="names point 999"):
        measure(gltf)


def test_points_at_no_place_are_refused() -> None:
    made = Builder()
    points = np.array([[0, 0, 0], [1, 0, 0], [float("nan"), 1, 0]], np.float32)
    made.add(
        "accessors", {"bufferView": made.view(points.tobytes()), "type": "VEC3", "componentType": 5126, "count": 3}
    )
    made.add("meshes", {"primitives": [{"attributes": {"POSITION": 0}}]})
    made.add("nodes", {"mesh": 0})
    made.add("scenes", {"nodes": [0]})
    with pytest.raises(Refused, match="no place"):
        measure(parse(made.done()))
