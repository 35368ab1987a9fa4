"""A model through the real cage: every file of it, and each is right."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from runtime.refusal import Refused
from services.render.model.container import parse
from tests.golden.golden import similarity
from tests.unit.render.model.conftest import Make, box, glb, needs_extra, opened, usd_size

pytestmark = [needs_extra, pytest.mark.timeout(120)]
SIZE = (0.3, 0.2, 0.1)


async def test_all_files_of_a_model(make: Make, tmp_path: Path) -> None:
    from services.render.model import usd_check

    source = box(SIZE, rotation=[0, 0.3826834, 0, 0.9238795]).done()
    values, files = await make(source, ("web", "thumbnail"))
    facts = values[0]["model"]
    assert facts["triangles"] == 12 and facts["textures"] == 3 and facts["validator"]["errors"] == 0
    assert values[1]["image"]["width"] == values[1]["image"]["height"]
    assert set(files) == {
        "web",
        "thumbnail",
        "model",
        "model-ios",
        "model-report",
        *(f"turntable-{n}" for n in range(1, 9)),
    }
    saved = {value["preset"]: value["saved_original"] for value in values if "preset" in value}
    assert saved == {name: len(source) - len(body) for name, body in files.items()}
    assert json.loads(files["model-report"])["khronos"]["issues"]["numErrors"] == 0

    optimised = parse(files["model"])
    assert [image["mimeType"] for image in optimised.all("images")] == ["image/webp"] * 3

    (tmp_path / "made.usdz").write_bytes(files["model-ios"])
    assert usd_check.faults(tmp_path / "made.usdz") == []
    with zipfile.ZipFile(tmp_path / "made.usdz") as package:
        names = package.namelist()
        assert all(entry.compress_type == zipfile.ZIP_STORED for entry in package.infolist())
    assert sum(name.endswith((".png", ".jpg")) for name in names) == 3
    assert usd_size(tmp_path / "made.usdz") == pytest.approx(facts["size_m"], abs=1e-5)

    stills = [opened(files[f"turntable-{n}"]) for n in range(1, 9)]
    assert all(still.width == still.height == 720 and still.hasalpha() for still in stills)
    assert (stills[0] - stills[2]).abs().avg() > 1  # it does turn


async def test_the_optimised_model_looks_like_its_source(make: Make) -> None:
    _, source = await make(box(SIZE).done(), (), ("model", "turntable-1"))
    _, again = await make(source["model"], (), ("turntable-1",))
    assert similarity(opened(source["turntable-1"]), opened(again["turntable-1"])) >= 0.95


async def test_the_same_model_gives_the_same_bytes(make: Make) -> None:
    data, names = box(SIZE).done(), ("model", "model-ios", "model-report", "turntable-1")
    first, second = (await make(data, (), names))[1], (await make(data, (), names))[1]
    assert set(first) == set(names)
    assert {name for name in names if first[name] != second[name]} == set()


async def test_nobody_is_named_but_the_owner(make: Make) -> None:
    builder = box(SIZE)
    document = builder.document
    document["asset"] |= {
        "copyright": "(c) Studio Nord",
        "generator": "Tool by A. Person SN123",
        "extras": {"author": "A. Person", "source": "https://example.org/a-person"},
        "extensions": {"KHR_xmp_json_ld": {"packet": 0}},
    }
    document["extensions"] = {
        "KHR_xmp_json_ld": {
            "packets": [{"@context": {"dc": "http://purl.org/dc/elements/1.1/"}, "dc:creator": "A. Person"}]
        }
    }
    document["extensionsUsed"] = ["KHR_xmp_json_ld"]
    primitive = document["meshes"][0]["primitives"][0]
    primitive["targets"] = [{"POSITION": primitive["attributes"]["POSITION"]}]
    document["meshes"][0] |= {"weights": [0.5], "extras": {"targetNames": ["open"], "by": "A. Person"}}
    for name in ("nodes", "materials", "textures", "images", "samplers", "scenes", "accessors", "bufferViews"):
        for one in document.get(name, []):
            one["extras"] = {"camera": "A. Person", "serial": "https://example.org/a-person"}
    primitive["extras"] = document["extras"] = {"by": "A. Person"}
    for name in ("nodes", "meshes", "textures", "images", "samplers", "scenes", "accessors", "bufferViews"):
        for one in document.get(name, []):
            one["name"] = "A. Person's box"
    document["materials"][0]["name"] = "Leather"
    _, made = await make(builder.done(), (), ("model", "model-ios", "model-report"))
    assert [name for name, body in made.items() if b"Person" in body or b"SN123" in body or b"a-person" in body] == []
    kept = parse(made["model"]).document
    assert kept["asset"]["copyright"] == "(c) Studio Nord"
    assert "extensionsUsed" not in kept or "KHR_xmp_json_ld" not in kept["extensionsUsed"]
    assert kept["materials"][0]["name"] == "Leather", "a viewer may ask for it"
    assert kept["meshes"][0]["extras"] == {"targetNames": ["open"]}


async def test_gltf_with_data_addresses_is_taken(make: Make) -> None:
    values, files = await make(box(SIZE).as_gltf(), (), ("model",))
    assert values[0]["model"]["format"] == "gltf" and files["model"][:4] == b"glTF"


async def test_a_model_that_leads_outside_is_refused_and_nothing_is_made(make: Make) -> None:
    document = {"asset": {"version": "2.0"}, "buffers": [{"uri": "file:///etc/passwd", "byteLength": 4}]}
    with pytest.raises(Refused, match="file:///etc/passwd"):
        await make(glb(document))


async def test_triangles_beyond_the_budget_are_simplified(tmp_path: Path) -> None:
    from services.render.model.tool import Budget, optimise

    (tmp_path / "source").write_bytes(sphere(60))
    left = optimise(tmp_path, "glb", [], Budget(2000, error=0.05))
    assert 200 < left <= 2100 and (tmp_path / "optimised.glb").stat().st_size < 60_000


def sphere(rings: int) -> bytes:
    """2 * rings² triangles or so."""
    from tests.unit.render.model.conftest import Builder

    made = Builder()
    down, around = np.meshgrid(np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, rings + 1), indexing="ij")
    points = np.stack([np.sin(down) * np.cos(around), np.cos(down), np.sin(down) * np.sin(around)], axis=-1)
    first = (np.arange(rings)[:, None] * (rings + 1) + np.arange(rings)).ravel()
    order = np.stack([first, first + 1, first + rings + 1, first + 1, first + rings + 2, first + rings + 1], axis=1)
    flat = points.reshape(-1, 3).astype(np.float32)
    attributes = {"POSITION": made.accessor(flat, "VEC3"), "NORMAL": made.accessor(flat, "VEC3")}
    indices = made.accessor(order.ravel().astype(np.uint16), "SCALAR")
    made.add("meshes", {"primitives": [{"attributes": attributes, "indices": indices}]})
    made.add("nodes", {"mesh": 0})
    made.add("scenes", {"nodes": [0]})
    return made.done()
