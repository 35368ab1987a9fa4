"""Product lists of many dialects, and what is wrong with them, said with line and cure."""

import csv
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pim.csv_source import read_products
from services.pim.product import Product, ProductList

PLAIN = "sku,gtin,name,category,colour\nTRAINER-RED,4006381333931,Trainer,Shoes/Running,Red\n"


def read(text: str, encoding: str = "utf-8") -> ProductList:
    return read_products("list.csv", text.encode(encoding))


def only(found: ProductList) -> Product:
    assert found.problems == ()
    (product,) = found.products
    return product


def test_the_plain_list() -> None:
    assert only(read(PLAIN)) == Product(
        "csv", "product", "TRAINER-RED", "TRAINER-RED", "4006381333931", "Trainer", "", {"color": "Red"},
        "Shoes/Running", {},
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends(encoding: str, sign: str, end: str) -> None:
    text = PLAIN.replace("Running,Red", "Größe,Grün").replace(",", sign).replace("\n", end)
    product = only(read(text, encoding))
    assert (product.category, product.axes) == ("Shoes/Größe", {"color": "Grün"})


@pytest.mark.parametrize(
    "heading",
    [
        "SKU;EAN;Title;Categories;Color",
        "Artikel-Nr.;EAN-Code;Bezeichnung;Warengruppe;Farbe",
        "Variant SKU;Variant Barcode;Title;Product Category;Colour",
        "identifier;UPC;label;categories;colour",
        "Article number;Barcode;Product name;Category;color_name",
    ],
)
def test_columns_by_other_names(heading: str) -> None:
    product = only(read(f"{heading}\nX-1;4006381333931;Shoe;Shoes;Red\n"))
    assert (product.sku, product.gtin, product.name, product.category) == ("X-1", "4006381333931", "Shoe", "Shoes")
    assert product.axes == {"color": "Red"}


def test_sku_beats_id_whatever_their_order() -> None:
    product = only(read("id,sku,weight\n77,X-1,3 kg\n"))
    assert product.sku == "X-1" and product.attributes == {"id": "77", "weight": "3 kg"}


def test_magento_names_children_in_the_model() -> None:
    text = (
        "sku,product_type,name,categories,additional_attributes,configurable_variations\n"
        'H-S-Red,simple,Hoodie-S-Red,"Default Category/Men/Tops,Default Category","size=S,color=Red, dark",\n'
        'H,configurable,Hoodie,Default Category/Men,,"sku=H-S-Red,size=S,color=Red|sku=H-M-Red,size=M,color=Red"\n'
    )
    child, model = read(text).products
    assert (child.parent, child.axes, child.category) == ("H", {"size": "S", "color": "Red"}, "Men/Tops")
    assert child.attributes["color"] == "Red, dark"
    assert (model.kind, model.parent, model.axes) == ("model", "", {})


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("EverCool&trade; Tee", "EverCool™ Tee"), ("M&#252;tze", "Mütze"), ("R&D; B&amp;O", "R&D; B&O")],
)
def test_names_that_a_shop_keeps_as_html(written: str, read_as: str) -> None:
    product = only(read(f"sku,name,categories\nA,{written},Default Category/{written}\n"))
    assert (product.name, product.category) == (read_as, read_as)


def test_a_parent_without_a_row_becomes_a_model() -> None:
    found = read("sku,name,parent,size\nT-41,Trainer red 41,T,41\nT-42,Trainer red 42,T,42\n")
    assert found.problems == ()
    assert [(p.sku, p.kind, p.name) for p in found.products][-1] == ("T", "model", "Trainer red")
    assert [p.parent for p in found.products] == ["T", "T", ""]


def test_a_row_that_others_name_as_parent_is_a_model() -> None:
    found = read("sku,parent\nT,\nT-41,T\n")
    assert [(p.sku, p.kind) for p in found.products] == [("T", "model"), ("T-41", "product")]


@pytest.mark.parametrize(
    ("text", "line", "cause", "cure"),
    [
        ("", 0, "empty", "heading"),
        ("\n \n", 0, "empty", "heading"),
        ("sku,name\n", 0, "no product", "line"),
        ("artist,name\nX,Y\n", 1, "No column holds the SKU", "artist, name"),
        ("sku,name\nX-1,A\nX-2,B\nX-1,C\n", 4, "X-1 stands in lines 2 and 4", "first was taken"),
        ('sku,name\nX-1,"two\nlines"\nX-2,B\nX-1,C\n', 5, "lines 2 and 5", "first"),
        ("sku,name\n,A\nX,B\n", 2, "no SKU", "left out"),
        ("sku,name\nX,A,B\nY,C\n", 2, "3 cells, the heading 2", "quotation"),
        ("sku,gtin\nX,4006381333932\n", 2, "check digit of GTIN 4006381333932 is 2 and should be 1", "label"),
        ("sku,gtin\nX,40063813338\n", 2, "check digit", "label"),
        ("sku,gtin\nX,4.00638E+12\n", 2, "shortened by a spreadsheet", "text"),
        ("sku,gtin\nX,four\n", 2, "not a number", "digits"),
        ('sku,name\nX,A\nY,"B\nZ,C\n', 0, "From line 3 on the list cannot be read: a quotation mark", "Close the"),
        ("sku,gtin\nX,123456\n", 2, "6 digits", "8, 12, 13 or 14"),
        ("sku,gtin\nX,4006381333931\nY,04006381333931\n", 3, "belongs to X (line 2) and to Y", "correct"),
        ("sku,parent\nA,B\nB,A\n", 2, "A → B → A", "no parent"),
    ],
)
def test_problems_name_line_cause_and_cure(text: str, line: int, cause: str, cure: str) -> None:
    problem = read(text).problems[0]
    assert (problem.file, problem.line) == ("list.csv", line)
    assert cause in problem.cause and cure in problem.cure
    assert str(problem).startswith("list.csv, line" if line else "list.csv:")


@pytest.mark.parametrize("text", ['sku,name\nX,17" screen\n', 'sku,name\nX,"17"" screen"\n', 'sku,name\nX,"A"B\n'])
def test_quotation_marks_that_close_or_open_nothing(text: str) -> None:
    assert only(read(text)).sku == "X"


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\x00\x01\x02", b"\x89PNG\r\n\x1a\n\0"])
def test_what_is_no_text_is_said_so(data: bytes) -> None:
    found = read_products("list.xlsx", data)
    assert found.products == () and "CSV" in found.problems[0].cure


def test_a_product_with_a_wrong_gtin_is_taken_without_it() -> None:
    found = read("sku,gtin\nX,4006381333932\n")
    assert [(p.sku, p.gtin) for p in found.products] == [("X", "")]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("4006381333931", "4006381333931"), ("4 006381 333931", "4006381333931"), ("36000291452", "036000291452"),
     ("96385074.0", "96385074"), ("04006381333931", "04006381333931")],
)  # fmt: skip
def test_gtins_as_spreadsheets_keep_them(written: str, kept: str) -> None:
    assert only(read(f"sku,gtin\nX,{written}\n")).gtin == kept


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=12).map(str.strip)


@given(
    st.lists(st.tuples(CELL.filter(bool), CELL, CELL), min_size=1, max_size=8, unique_by=lambda row: row[0]),
    st.sampled_from(",;\t|"),
)
def test_whatever_a_csv_writer_writes_comes_back(rows: list[tuple[str, str, str]], sign: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sign, quoting=csv.QUOTE_ALL)
    writer.writerow(("sku", "name", "colour"))
    writer.writerows(rows)
    found = read(text.getvalue())
    assert found.problems == ()
    assert [(p.sku, p.name, p.axes.get("color", "")) for p in found.products] == rows


@given(st.binary(max_size=400))
def test_no_bytes_raise_and_the_answer_is_always_the_same(data: bytes) -> None:
    found = read_products("x", data)
    assert found == read_products("x", data)
    assert found.products or found.problems


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(["", "A", "B", "C", "E"])), max_size=8))
def test_parents_never_run_in_a_circle(rows: list[tuple[str, str]]) -> None:
    found = read("sku,parent\n" + "".join(f"{sku},{parent}\n" for sku, parent in rows))
    up = {product.sku: product.parent for product in found.products}
    assert set(up.values()) <= {"", *up}
    for sku in up:
        for _ in up:
            sku = up.get(sku, "")
        assert sku == ""


@pytest.mark.media
@pytest.mark.skipif("PACKSHOT_MEDIA" not in os.environ, reason="PACKSHOT_MEDIA names the folder of real media")
def test_a_real_magento_export() -> None:
    data = (Path(os.environ["PACKSHOT_MEDIA"]) / "luma" / "products.csv").read_bytes()
    found = read_products("products.csv", data)
    assert found.problems == () and len(found.products) == 982
    variants = [product for product in found.products if product.kind == "product"]
    assert len(variants) == 910 and all(p.parent and set(p.axes) == {"size", "color"} for p in variants)


def test_a_circle_of_parents_is_told_once() -> None:
    found = read("sku,parent\nA,B\nB,C\nC,A\nD,A\n")
    assert [(one.line, one.cause) for one in found.problems] == [
        (2, "A → B → C → A: these models name each other as parent.")
    ]
    assert {one.sku: one.parent for one in found.products} == {"A": "", "B": "", "C": "", "D": "A"}
