"""Exports of other libraries: what of them can be moved, and what is wrong, line by line."""

import json
from pathlib import Path

import pytest

from cli.adopt import read_plan
from cli.adopt_rows import Move, Plan
from cli.trouble import Trouble

FAR, PAST = "2999-12-31", "2020-01-31"


def plan(tmp_path: Path, text: str, keys: list[str], mapping: str | None = None, **more: bool) -> Plan:
    (tmp_path / "old.csv").write_text(text)
    if mapping is not None:
        (tmp_path / "m.yaml").write_text(mapping)
    named = str(tmp_path / "m.yaml") if mapping is not None else None
    return read_plan(tmp_path / "old.csv", named, keys, expired=more.get("expired", False))


def test_usual_columns(tmp_path: Path) -> None:
    text = (
        "file,sku,title,tags,keywords,focal_x,focal_y,expires,rights\n"
        f'a/1.jpg,A-1;A-2,Shoe,"red, summer;red",wood,0.25,"0,5",{FAR}T00:00:00Z,print only\n'
    )
    found = plan(tmp_path, text, ["a/1.jpg", "a/2.jpg", "a/.DS_Store", "a/list.csv"])
    one = Move(
        "a/1.jpg", 2, {"sku": "A-1;A-2", "title": "Shoe", "keywords": "wood"}, {"rights": "print only", "expires": FAR},
        ("red", "summer"), (0.25, 0.5),
    )  # fmt: skip
    assert found == Plan((one, Move("a/2.jpg")), ())


def test_a_file_is_found_however_its_name_is_written(tmp_path: Path) -> None:
    keys = ["x/Shoe.JPG", "x/boot.jpg", "y/boot.jpg", "y/hat.png"]
    found = plan(tmp_path, "file,sku\nshoe.jpg,S\nHAT,H\nx/boot.jpg,B\nboot.jpg,B2\n", keys)
    assert {move.key: move.facts for move in found.moves} == {
        "x/Shoe.JPG": {"sku": "S"}, "x/boot.jpg": {"sku": "B"}, "y/boot.jpg": {}, "y/hat.png": {"sku": "H"},
    }  # fmt: skip
    (problem,) = found.problems
    assert str(problem).startswith("old.csv, line 5: “boot.jpg” may be x/boot.jpg, y/boot.jpg. Name the file with its")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",S,,,,", "line 2: The line names no file. Fill the name in."),
        ("9.jpg,S,,,,", "line 2: There is no file “9.jpg” in the bucket."),
        ("1.jpg,S,soon,,,", "line 2: “soon” is no date. Write it as 2027-01-31."),
        ("1.jpg,S,,1.5,0.5,", "line 2: The focal point 1.5, 0.5 is none."),
        ("1.jpg,S,,left,0.5,", "line 2: The focal point left, 0.5 is none."),
        ("1.jpg,S,,nan,0.5,", "line 2: The focal point nan, 0.5 is none."),
        (f"1.jpg,S,,,,{'x' * 201};red", "line 2: A tag is longer than 200 letters."),
        (f"1.jpg,S,,,,{';'.join(map(str, range(101)))}", "line 2: The file has 101 tags. The first 100 are taken."),
        ("1.jpg,S,,,,\n1.jpg,T,,,,", "line 3: The file 1.jpg stands in lines 2 and 3. Keep one of them."),
    ],
)
def test_what_is_wrong_in_a_row(tmp_path: Path, row: str, said: str) -> None:
    found = plan(tmp_path, f"file,sku,expires,focal_x,focal_y,tags\n{row}\n", ["1.jpg"])
    (problem,) = found.problems
    assert said in str(problem) and str(problem).startswith("old.csv, ")
    assert [move.key for move in found.moves] == ["1.jpg"]  # the file itself is moved all the same


def test_whose_rights_have_ended_stay_behind(tmp_path: Path) -> None:
    text = f"file,expires,archived\n1.jpg,{PAST},\n2.jpg,{FAR},no\n3.jpg,,Yes\n"
    keys = ["1.jpg", "2.jpg", "3.jpg"]
    found = plan(tmp_path, text, keys)
    assert ([move.key for move in found.moves], found.out) == (["2.jpg"], ("1.jpg", "3.jpg"))
    everything = plan(tmp_path, text, keys, expired=True)
    assert [move.key for move in everything.moves] == keys and everything.moves[0].meta == {"expires": PAST}


def test_by_a_mapping_of_ones_own_focal_points_in_pixels(tmp_path: Path) -> None:
    mapping = 'file: "{Folder}/{Name}.{Type}"\nsku: Article\nfocal: {x: FX, y: FY, width: W, height: H}\n'
    text = "Name,Type,Folder,Article,FX,FY,W,H\nshoe,jpg,autumn,A-1,1000,250,2000,1000\nboot,jpg,autumn,A-2,1,1,0,0\n"
    found = plan(tmp_path, text, ["autumn/shoe.jpg", "autumn/boot.jpg"], mapping)
    assert found.moves[0].focal == (0.5, 0.25) and found.moves[1].focal is None
    assert "line 3: The focal point 1, 1 is none" in str(found.problems[0])


@pytest.mark.parametrize(
    ("text", "mapping", "said"),
    [
        ("name,sku\na,b\n", None, "old.csv, line 1: there is no column “file”. .* Columns found: name, sku"),
        ("file,sku\na,b\n", "file: file\ntags: Tags\n", "there is no column “Tags”"),
        ("file,sku\na,b\n", "file: file\ntag: x\n", "m.yaml, line 2: tag: Extra inputs.*bynder, cloudinary, salsify"),
        ("file,sku\na,b\n", "file: file\nfocal: {x: file, y: sku, width: sku}\n", "give width and height, or neither"),
        ('file,sku\na,"b\n', None, "old.csv: From line 2 on the list cannot be read"),
    ],
)
def test_what_cannot_be_used_at_all(tmp_path: Path, text: str, mapping: str | None, said: str) -> None:
    with pytest.raises(Trouble, match=said):
        plan(tmp_path, text, ["a"], mapping)
    with pytest.raises(Trouble, match="cannot be read: No such file"):
        read_plan(tmp_path / "none.csv", None, ["a"], expired=False)


def test_the_examples_of_both_vendors(tmp_path: Path) -> None:
    bynder = {
        "id": "B1", "name": "Shoe red", "extension": ["jpg"], "tags": ["red", "summer"], "copyright": "Ann",
        "property_sku": ["A-1"], "description": "A shoe", "archive": 0, "archiveDate": FAR, "width": 2000,
        "height": 1000, "activeOriginalFocusPoint": {"x": 500, "y": 500},
    }  # fmt: skip
    (tmp_path / "b.jsonl").write_text(json.dumps(bynder) + "\n")
    (one,) = read_plan(tmp_path / "b.jsonl", "bynder", ["Shoe red.jpg"], expired=False).moves
    assert one.facts["sku"] == "A-1" and one.meta == {"moved-from": "B1", "expires": FAR}
    assert (one.tags, one.focal) == (("red", "summer"), (0.25, 0.5))
    cloudinary = {
        "asset_id": "C1", "public_id": "shoes/red", "format": "jpg", "tags": ["red"],
        "context": {"custom": {"alt": "A red shoe", "caption": "Shoe", "sku": "A-1"}},
    }  # fmt: skip
    (tmp_path / "c.jsonl").write_text(json.dumps(cloudinary) + "\n")
    (two,) = read_plan(tmp_path / "c.jsonl", "cloudinary", ["shoes/red.jpg"], expired=False).moves
    assert two.facts == {"sku": "A-1", "title": "Shoe", "alt": "A red shoe"} and two.tags == ("red",)
