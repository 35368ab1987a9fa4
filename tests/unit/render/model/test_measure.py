"""Sizes in metres and counts, through transformations, strips, sparse accessors and bones."""

import numpy as np
import pytest

from services.render.model.accessors import read_accessor
from services.render.model.container import parse
from services.render.model.geometry import parts_of
from services.render.model.measure import measure
from tests.unit.render.model.conftest import Builder, box


def test_the_size_is_in_metres_and_follows_the_nodes() -> None:
    made = box((0.3, 0.2, 0.1), scale=[2, 1, 1], translation=[5, 0, 0])
    found = measure(parse(made.done()))
    assert found.size_m == pytest.approx((0.6, 0.2, 0.1), abs=1e-6)
    assert found.low == pytest.approx((4.7, -0.1, -0.05), abs=1e-6)
    assert (found.triangles, found.vertices, found.meshes, found.materials, found.textures) == (12, 24, 1, 1, 3)


def test_a_turned_box_has_the_turned_size() -> None:
    quarter = [0, 0, 0.7071067811865476, 0.7071067811865476]
    assert measure(parse(box((0.3, 0.2, 0.1), rotation=quarter).done())).size_m == pytest.approx(
        (0.2, 0.3, 0.1), abs=1e-6
    )


def test_a_matrix_stands_in_columns() -> None:
    matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 2, 3, 1]
    assert measure(parse(box((2, 2, 2), matrix=matrix).done())).low == pytest.approx((0, 1, 2))


@pytest.mark.parametrize(
    ("mode", "expected"), [(4, [[0, 1, 2]]), (5, [[0, 1, 2], [1, 3, 2]]), (6, [[0, 1, 2], [0, 2, 3]])]
)
def test_strips_and_fans_are_triangles(mode: int, expected: list[list[int]]) -> None:
    made = Builder()
    points = made.accessor(np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], np.float32), "VEC3")
    made.add("meshes", {"primitives": [{"attributes": {"POSITION": points}, "mode": mode}]})
    assert parts_of(parse(made.done()), 0)[0].triangles.tolist() == expected


def test_sparse_values_replace_and_integers_are_normalised() -> None:
    made = Builder()
    where, what = made.view(np.array([1], np.uint16).tobytes()), made.view(np.array([255], np.uint8).tobytes())
    sparse = {
        "count": 1, "indices": {"bufferView": where, "componentType": 5123}, "values": {"bufferView": what},
    }  # fmt: skip
    made.add("accessors", {"type": "SCALAR", "componentType": 5121, "count": 3, "normalized": True, "sparse": sparse})
    assert read_accessor(parse(made.done()), 0)[:, 0].tolist() == [0, 1, 0]


def test_bones_carry_the_points() -> None:
    made = box((0.2, 0.2, 0.2), textured=False, skin=0)
    attributes = made.document["meshes"][0]["primitives"][0]["attributes"]
    joints = made.view(np.zeros((24, 4), np.uint8).tobytes())
    attributes["JOINTS_0"] = made.add(
        "accessors", {"bufferView": joints, "type": "VEC4", "componentType": 5121, "count": 24}
    )
    attributes["WEIGHTS_0"] = made.accessor(np.tile(np.array([1, 0, 0, 0], np.float32), (24, 1)), "VEC4")
    made.add("nodes", {"translation": [0, 7, 0]})
    made.document["scenes"][0]["nodes"] = [0, 1]
    made.document["skins"] = [{"joints": [1]}]
    assert measure(parse(made.done())).low == pytest.approx((-0.1, 6.9, -0.1), abs=1e-6)
