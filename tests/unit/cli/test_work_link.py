"""`packshot link`: one JSON line a file, as the design fixes it; problems on standard error."""

import argparse
import json
from pathlib import Path

import pytest

from cli import work_link
from cli.trouble import Trouble
from tests.fakes.workbooks import workbook

PRODUCTS = """sku,name,colour,size,parent
T-RED-41,Trainer,Red,41,T900
T-RED-42,Trainer,Red,42,T900
T-BLUE-41,Trainer,Blue,41,T900
"""


def asked(*options: str) -> int:
    parser = argparse.ArgumentParser()
    work_link.add(parser)
    return work_link.run(parser.parse_args(options))


def link(folder: Path, files: Path, *options: str) -> int:
    products = folder / "products.csv"
    products.write_text(PRODUCTS)
    return asked("--products", str(products), "--files", str(files), *options)


def test_one_line_a_file_in_the_fixed_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = tmp_path / "pictures"
    (pictures / "autumn").mkdir(parents=True)
    for name in ("autumn/t900-red_back.jpg", "IMG_0001.JPG", ".DS_Store", "._x.jpg", "Thumbs.db", "x.xmp"):
        (pictures / name).touch()
    assert link(tmp_path, pictures, "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines] == ["IMG_0001.JPG", "autumn/t900-red_back.jpg"]
    assert lines[0] == {"file": "IMG_0001.JPG", "links": [], "suggestions": [], "conflicts": []}
    first = lines[1]["links"][0]
    assert (first["sku"], first["role"]) == ("T-RED-41", "back") and 0.85 <= first["confidence"] <= 1
    assert set(first) == {"sku", "role", "confidence", "evidence"}
    assert set(first["evidence"][0]) == {"kind", "detail"} and first["evidence"][0]["kind"] == "filename"


def test_a_list_of_names_needs_no_files_and_a_model_shows_one_colour(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["t900-red_main.jpg", "t900-red_back.jpg", "t900-blue_main.jpg"]
    (tmp_path / "names").write_text("\n".join(names))
    assert link(tmp_path, tmp_path / "names", "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["file"] for line in lines] == names
    assert [{one["sku"] for one in line["links"]} for line in lines] == [
        {"T-RED-41", "T-RED-42", "T900"},
        {"T-RED-41", "T-RED-42", "T900"},
        {"T-BLUE-41"},
    ]


def test_the_table_says_how_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "names").write_text("t900-red_main.jpg\nbeach.jpg\n")
    assert link(tmp_path, tmp_path / "names") == 0
    out = capsys.readouterr().out
    assert "T-RED-41" in out and "no product is named" in out
    assert out.splitlines()[-1] == "2 files: 1 linked, 0 with suggestions, 0 in conflict"


def test_what_cannot_be_read_is_trouble_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="nowhere cannot be read: No such file"):
        link(tmp_path, tmp_path / "nowhere")
    with pytest.raises(Trouble, match=f"The product list {tmp_path} cannot be read: Is a directory"):
        asked("--products", str(tmp_path), "--files", str(tmp_path))
    (tmp_path / "names").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(Trouble, match="names, line 1: this is no text in UTF-16"):
        link(tmp_path, tmp_path / "names")


def test_a_list_of_names_as_windows_saves_it_and_the_line_that_is_no_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "names").write_text("t900-red_main.jpg\nStrände.jpg\n", encoding="utf-16")
    assert link(tmp_path, tmp_path / "names") == 0
    assert "2 files: 1 linked" in capsys.readouterr().out
    (tmp_path / "names").write_bytes("t900-red_main.jpg\nStrände.jpg\n".encode("cp1252"))
    with pytest.raises(Trouble, match=r"names, line 2: this is no text in UTF-8") as found:
        link(tmp_path, tmp_path / "names")
    assert "UTF-8 or UTF-16" in found.value.cure


def test_a_model_that_is_made_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "names").write_text("m1_main.jpg\n")
    (tmp_path / "p.csv").write_text("sku,parent\nM1-RED,M1\nM1-BLUE,M1\n")
    assert asked("--products", str(tmp_path / "p.csv"), "--files", str(tmp_path / "names")) == 0
    assert capsys.readouterr().err.count("The parent M1 of M1-RED has no line of its own") == 1


def test_a_list_without_products_is_trouble_with_line_and_cure(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("artist\nX\n")
    with pytest.raises(Trouble, match=r"p\.csv, line 1: No column holds the SKU") as found:
        asked("--products", str(tmp_path / "p.csv"), "--files", str(tmp_path))
    assert "Call the column" in found.value.cure


def test_lists_of_all_forms_with_columns_of_other_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "names").write_text("t900-red_back.jpg\n")
    (tmp_path / "own.yaml").write_text("sku: Artikel\nparent: Modell\naxes: {color: Farbton}\n")
    rows: list[list[object]] = [["Artikel", "Modell", "Farbton"], ["T-RED-41", "T900", "Red"]]
    (tmp_path / "p.csv").write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")
    (tmp_path / "p.jsonl").write_text(json.dumps(dict(zip(map(str, rows[0]), rows[1], strict=True))) + "\n")
    (tmp_path / "p.xlsx").write_bytes(workbook({"Articles": rows}))
    said = []
    for name in ("p.csv", "p.jsonl", "p.xlsx"):
        own = ("--mapping", str(tmp_path / "own.yaml"))
        assert asked("--products", str(tmp_path / name), *own, "--files", str(tmp_path / "names"), "--json") == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] == said[2]
    assert [link["sku"] for link in json.loads(said[0])["links"]] == ["T-RED-41", "T900"]


RULES = """rules:
  - name: studio
    pattern: '(?P<sku>[a-z0-9-]+)_(?P<role>[fb])'
    roles: {f: front, b: back}
"""


def test_naming_rules_are_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "names").write_text("t900-red_b.jpg\n")
    (tmp_path / "rules.yaml").write_text(RULES)
    assert link(tmp_path, tmp_path / "names", "--json", "--rules", str(tmp_path / "rules.yaml")) == 0
    first = json.loads(capsys.readouterr().out)["links"][0]
    assert (first["role"], first["evidence"][0]["kind"]) == ("back", "rule")


def test_a_dry_run_tells_what_the_rules_do_and_what_could_be_learnt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"t900-{colour}_{role}.jpg" for colour in ("red", "blue") for role in ("f", "b", "main")]
    (tmp_path / "names").write_text("\n".join([*names, "t901-red_f.jpg", "beach.jpg"]))
    (tmp_path / "rules.yaml").write_text(RULES)
    dry = "--dry-run", "--rules", str(tmp_path / "rules.yaml")
    assert link(tmp_path, tmp_path / "names", "--json", *dry) == 0
    *lines, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert len(lines) == 8
    report = last["dry_run"]
    assert [report[name] for name in ("matched", "unmatched", "ambiguous", "changed")] == [4, 4, 0, 0]
    assert report["examples"]["unmatched"][2] == {
        "file": "t901-red_f.jpg",
        "why": "The rule studio reads “t901-red”; no product in the list is called so.",
    }
    assert [(one["pattern"], one["right"]) for one in report["proposal"]] == [("(?P<sku>[a-z0-9-]+)_[a-z]+", 6)]
    assert link(tmp_path, tmp_path / "names", *dry) == 0
    told = capsys.readouterr().out
    assert told.startswith("matched    4 files") and "pattern: (?P<sku>[a-z0-9-]+)_[a-z]+" in told


@pytest.mark.parametrize(
    ("options", "cause"),
    [
        (["--apply"], "--apply is given with --rules alone"),
        (["--rules", "x.yaml", "--apply", "--dry-run"], "--apply is given with --rules alone"),
        (["--products", "p.csv"], "--products and --files go together"),
        (["--mapping", "m.yaml"], "--mapping was given without a product list"),
        ([], "--products and --files go together"),
    ],
)
def test_options_that_do_not_go_together(options: list[str], cause: str) -> None:
    with pytest.raises(Trouble, match=cause):
        asked(*options)


def test_rules_that_do_not_hold_are_trouble_with_rule_and_line(tmp_path: Path) -> None:
    (tmp_path / "names").touch()
    (tmp_path / "rules.yaml").write_text(RULES.replace("[fb]", "[fb"))
    with pytest.raises(Trouble, match=r"rules\.yaml, line 2, rule studio: pattern cannot be read: missing \]"):
        link(tmp_path, tmp_path / "names", "--rules", str(tmp_path / "rules.yaml"))
    (tmp_path / "rules.yaml").write_bytes(b"\xff")
    with pytest.raises(Trouble, match="is no text in UTF-8"):
        link(tmp_path, tmp_path / "names", "--rules", str(tmp_path / "rules.yaml"))
    with pytest.raises(Trouble, match="nowhere cannot be read"):
        link(tmp_path, tmp_path / "names", "--rules", str(tmp_path / "nowhere"))
