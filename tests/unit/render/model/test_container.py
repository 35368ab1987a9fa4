"""What a GLB or glTF may hold: nothing from outside, nothing beyond its own end."""

import base64
import json
import struct
from typing import Any

import pytest

from runtime.refusal import Refused
from services.render.model.container import parse
from tests.unit.render.model.conftest import box, glb

ASSET = {"asset": {"version": "2.0"}}


@pytest.mark.parametrize(
    "uri", ["file:///etc/passwd", "http://example.com/a.bin", "../../secret.bin", "a.bin", "//host/a", "\\\\host\\a"]
)
@pytest.mark.parametrize("place", ["buffers", "images"])
def test_what_lies_outside_is_refused_by_name(uri: str, place: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(json.dumps({**ASSET, place: [{"uri": uri, "byteLength": 4}]}).encode())
    assert repr(uri) in refused.value.cause and "GLB" in refused.value.cure


def test_an_address_in_an_extension_is_seen_too() -> None:
    hidden = {"extensions": {"EXT_lights_image_based": {"lights": [{"deep": [{"uri": "http://example.com/x"}]}]}}}
    with pytest.raises(Refused, match=r"example\.com"):
        parse(glb({**ASSET, **hidden}))


def test_an_authors_own_note_is_no_address() -> None:
    assert parse(glb({**ASSET, "extras": {"uri": "http://example.com/the-shop"}})).buffers == []


def test_glb_and_gltf_hold_the_same() -> None:
    made = box()
    assert parse(made.done()).buffers == parse(made.as_gltf()).buffers


@pytest.mark.parametrize("cut", [0, 3, 11, 13, 30, 200])
def test_a_cut_file_is_refused(cut: int) -> None:
    with pytest.raises(Refused):
        parse(box().done()[:cut])


def test_declared_lengths_are_compared() -> None:
    whole = box(textured=False).done()
    with pytest.raises(Refused, match="declares"):
        parse(whole[:8] + struct.pack("<I", len(whole) + 4) + whole[12:])
    short = base64.b64encode(b"1234").decode()
    with pytest.raises(Refused, match="declares 4000000000 bytes, but has 4"):
        parse(
            json.dumps({**ASSET, "buffers": [{"byteLength": 4_000_000_000, "uri": f"data:;base64,{short}"}]}).encode()
        )


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"asset": {"version": "1.0"}},
        {**ASSET, "buffers": {}},
        {**ASSET, "buffers": [7]},
        {**ASSET, "buffers": [{"byteLength": -1}]},
        {**ASSET, "buffers": [{"byteLength": 4}]},
        {**ASSET, "buffers": [{"byteLength": 4, "uri": "data:text/plain,abcd"}]},
        {**ASSET, "buffers": [{"byteLength": 4, "uri": "data:;base64,!!!!"}]},
    ],
)
def test_odd_shapes_are_refused_with_a_cure(document: Any) -> None:
    with pytest.raises(Refused) as refused:
        parse(json.dumps(document).encode())
    assert refused.value.cause.endswith(".") and refused.value.cure.endswith(".")


def test_json_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(Refused, match="JSON"):
        parse(b'{"asset":{"version":"2.0"},"extras":' + b"[" * 200_000 + b"]" * 200_000 + b"}")
