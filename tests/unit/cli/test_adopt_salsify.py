"""Salsify's exports: digital assets, and the products that name them."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.adopt import read_plan
from cli.adopt_rows import Plan
from cli.trouble import Trouble


def asset(id: str, file: str, **more: Any) -> dict[str, Any]:
    return {"salsify:id": id, "salsify:filename": file, "salsify:name": file.partition(".")[0], **more}


ASSETS = [asset("a1", "IMG_1.jpg"), asset("a2", "IMG_2.jpg", Usage="web"), asset("a3", "IMG_3.jpg")]
PRODUCTS: list[dict[str, Any]] = [
    {"salsify:id": "BAG-RED", "Main Image": "a1", "Gallery": ["a2", "a1"], "Name": "Bag", "Stock": 3},
    {"salsify:id": "BAG-BLUE", "Gallery": {"en-US": ["a2"], "de-DE": "a3"}, "salsify:profile_asset_id": "a3"},
    {"salsify:id": "BAG", "Back View": "a2", "Note": "none"},
]
FEED = [{"header": {"version": "2"}}, {"attributes": []}, {"digital_assets": ASSETS}, {"products": PRODUCTS}]
ANSWER = {"data": [{**product, "salsify:digital_assets": ASSETS} for product in PRODUCTS], "meta": {"cursor": None}}


def plan(tmp_path: Path, export: Any, *keys: str) -> Plan:
    (tmp_path / "export.json").write_text(export if isinstance(export, str) else json.dumps(export))
    return read_plan(tmp_path / "export.json", "salsify", keys, expired=False)


@pytest.mark.parametrize("export", [FEED, {"digital_assets": ASSETS, "products": PRODUCTS}, ANSWER])
def test_whose_a_file_is_and_what_it_shows(tmp_path: Path, export: Any) -> None:
    found = plan(tmp_path, export, "old/IMG_1.jpg", "old/IMG_2.jpg", "old/IMG_3.jpg")
    assert not found.problems
    assert {move.key: (move.facts.get("sku"), move.facts.get("role")) for move in found.moves} == {
        "old/IMG_1.jpg": ("BAG-RED", "Main Image"),
        "old/IMG_2.jpg": ("BAG-RED;BAG-BLUE;BAG", "Back View"),
        "old/IMG_3.jpg": ("BAG-BLUE", "main"),
    }
    assert [move.meta for move in found.moves] == [{"moved-from": "a1"}, {"moved-from": "a2"}, {"moved-from": "a3"}]


def test_what_is_wrong_is_told_with_the_number_of_the_asset(tmp_path: Path) -> None:
    found = plan(tmp_path, {"digital_assets": [*ASSETS, {"salsify:id": "a4"}, {"Usage": "?"}, 7]}, "IMG_1.jpg")
    assert [str(problem).partition(" Copy")[0] for problem in found.problems] == [
        "export.json, digital assets, line 2: There is no file “IMG_2.jpg” in the bucket.",
        "export.json, digital assets, line 3: There is no file “IMG_3.jpg” in the bucket.",
        "export.json, digital assets, line 4: The line names no file. Fill the name in. The line is left out.",
    ]


@pytest.mark.parametrize("export", [json.dumps(FEED)[:-9], "[]", "7", '{"products": [1]}', "[" * 100_000, "\xff"])
def test_no_such_export(tmp_path: Path, export: str) -> None:
    with pytest.raises(Trouble, match=r"export\.json: The export"):
        plan(tmp_path, export, "IMG_1.jpg")
