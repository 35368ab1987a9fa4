"""What `demo` and `submit` say of a product list of which nothing can be taken."""

import io
import zipfile
from pathlib import Path

import pytest

from cli import lists
from cli.lists import mapping_of, read_list
from cli.trouble import Trouble
from runtime.limits import MIB, Limits
from tests.fakes.workbooks import Day, Formula, sparse, workbook


@pytest.mark.parametrize(
    ("text", "cause", "cure"),
    [
        ("name,price\nShoe,10\n", "p.csv, line 1: No column holds the SKU.", "Columns found: name, price."),
        ("", "p.csv: The list is empty.", "heading"),
        ("sku,name\n,Shoe\n", "p.csv, line 2: The line has no SKU.", "Fill the SKU in."),
        ('sku,name\nA,"Shoe\n', "p.csv: From line 2 on", "Close the"),
    ],
)
def test_trouble_names_file_line_cause_and_cure(tmp_path: Path, text: str, cause: str, cure: str) -> None:
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(Trouble) as found:
        read_list(tmp_path / "p.csv")
    assert cause in found.value.cause
    assert cure in found.value.cure


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="cannot be read: No such file"):
        read_list(tmp_path / "p.csv")


def test_json_lines_and_workbooks_say_the_same_as_text(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("sku,EAN,Title,Colour,Parent,Note\nA-RED,4006381333931,Shoe,Red,A,x\n")
    (tmp_path / "p.jsonl").write_text(
        '{"sku": "A-RED", "EAN": 4006381333931, "Title": "Shoe", "Colour": "Red", "Parent": "A", "Note": "x"}\n'
    )
    cells: list[list[object]] = [
        ["sku", "EAN", "Title", "Colour", "Parent", "Note"],
        ["A-RED", 4006381333931, "Shoe", "Red", "A", "x"],
    ]
    (tmp_path / "p.xlsx").write_bytes(workbook({"Products": cells}))
    text, lines, book = (read_list(tmp_path / name).products for name in ("p.csv", "p.jsonl", "p.xlsx"))
    assert text == lines == book and [product.sku for product in text] == ["A-RED", "A"]


def test_what_excel_makes_of_cells(tmp_path: Path) -> None:
    (tmp_path / "p.xlsx").write_bytes(
        workbook(
            {
                "Cover": [["Autumn list"], ["Made by", "Ann"]],
                "Articles": [
                    ["Our articles"],
                    [],
                    ["Article number", "EAN", "UPC-A", "Since", "Vegan", "Price", "Formula", "Ean long"],
                    [
                        1001,
                        4006381333931,
                        36000291452,
                        Day(45992),
                        True,
                        15.5,
                        Formula("A-1|=A4"),
                        1.2345678901234567e17,
                    ],
                    [Formula("A-2|=CONCAT(A4)"), "04006381333931", None, Day(45992), False, 15, Formula("|=A5"), None],
                    [Formula("|=A4"), None, None, None, None, 3, None, None],
                ],
            }
        )
    )
    listed = read_list(tmp_path / "p.xlsx")
    first, second = listed.products
    assert (first.sku, first.gtin) == ("1001", "4006381333931")
    assert first.attributes == {
        "UPC-A": "36000291452", "Since": "2025-12-01", "Vegan": "yes", "Price": "15.5", "Formula": "A-1",
        "Ean long": "1.23456789012346e+17",
    }  # fmt: skip
    assert (second.sku, second.attributes) == ("A-2", {"Since": "2025-12-01", "Vegan": "no", "Price": "15"})
    assert [str(problem) for problem in listed.problems] == [
        "p.xlsx, sheet Articles, line 5: The GTIN 04006381333931 belongs to 1001 (line 4) and to A-2. "
        "A GTIN names one product: correct one of them. Both are taken as they are.",
        "p.xlsx, sheet Articles, line 6: The line has no SKU. Fill the SKU in. The line is left out.",
    ]


def test_the_sheet_that_was_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def rows(sku: str) -> list[list[str]]:
        return [["sku", "name"], [sku, "Shoe"]]

    (tmp_path / "p.xlsx").write_bytes(
        workbook({"Old": rows("OLD"), "New": rows("NEW"), "Notes": [["x"]]}, hidden=["Old"])
    )
    assert read_list(tmp_path / "p.xlsx").products[0].sku == "NEW"
    assert "reading the sheet “New” (not read: Notes;" in capsys.readouterr().err
    (tmp_path / "m.yaml").write_text("sheet: Old\n")
    assert read_list(tmp_path / "p.xlsx", mapping_of(tmp_path / "m.yaml")).products[0].sku == "OLD"
    (tmp_path / "m.yaml").write_text("sheet: Gone\n")
    with pytest.raises(Trouble, match=r"There is no sheet “Gone”\. The sheets are: New, Notes"):
        read_list(tmp_path / "p.xlsx", mapping_of(tmp_path / "m.yaml"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 and no more", "cannot be read"),
        (workbook({"S": [["sku", "name"], ["A", "x"]]})[:-200], "cannot be read"),
        (b"no workbook", "cannot be read"),
        (workbook({"S": []}), "The list is empty"),
        (workbook({"S": [["title", "price"], ["Shoe", 3]]}), "sheet S, line 1: No column holds the SKU."),
        (sparse(), "needs more memory than one may have"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "p.xlsx").write_bytes(data)
    with pytest.raises(Trouble) as found:
        read_list(tmp_path / "p.xlsx")
    assert "p.xlsx" in found.value.cause and said in str(found.value) and found.value.cure


def test_a_zip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a gigabyte of one letter in some megabytes."""
    monkeypatch.setattr(lists, "LIMITS", Limits(rss_bytes=256 * MIB))
    part = "xl/worksheets/sheet1.xml"
    small = workbook({"S": [["sku", "name"], ["A", "x"]]})
    with zipfile.ZipFile(tmp_path / "p.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        with zipfile.ZipFile(io.BytesIO(small)) as given:
            for name in given.namelist():
                if name != part:
                    made.writestr(name, given.read(name))
            sheet = given.read(part).decode()
        with made.open(part, "w", force_zip64=True) as file:
            file.write(sheet.partition("</is>")[0].removesuffix("</t>").encode())
            for _ in range(512):
                file.write(b"a" * 2**20)
            file.write(b"</t></is>" + sheet.partition("</is>")[2].encode())
    assert (tmp_path / "p.xlsx").stat().st_size < 5_000_000
    with pytest.raises(Trouble, match="needs more memory"):
        read_list(tmp_path / "p.xlsx")


def test_columns_by_a_mapping_file(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("Id,Artikel,Ware,Obermaterial,Kern,Farbe\n7,A-1,Schuh,Leder,x,rot\n")
    (tmp_path / "m.yaml").write_text("sku: Artikel\nname: ware\naxes: {material: Obermaterial}\nattributes: [Kern]\n")
    (product,) = read_list(tmp_path / "p.csv", mapping_of(tmp_path / "m.yaml")).products
    assert (product.sku, product.name, product.attributes) == ("A-1", "Schuh", {"Kern": "x"})
    assert product.axes == {"material": "Leder", "color": "rot"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sku: Nummer\n", r"p.csv, line 1: The mapping file names the column “Nummer”.*Columns found: sku, name"),
        ("skus: sku\n", r"m.yaml, line 1: skus: Extra inputs"),
        ("name: name\naxes: {gtin: name}\n", r"m.yaml, line 1: the file: axes: gtin is no axis"),
        ("a: b: c\n", r"m.yaml, line 1: mapping values"),
    ],
)
def test_slips_in_the_mapping_file(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "p.csv").write_text("sku,name\nA,Shoe\n")
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(Trouble, match=said):
        read_list(tmp_path / "p.csv", mapping_of(tmp_path / "m.yaml"))
