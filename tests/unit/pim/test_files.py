"""Which files a product's cells name, in lists as shops export them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pim.csv_source import read_products
from services.pim.files import MOST_FILES, files_in
from services.pim.list_mapping import ListMapping
from services.pim.source import LONGEST


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("/m/h/mh01-black_main.jpg", ["mh01-black_main.jpg"]),
        ("/m/h/a_1.jpg,/m/h/a_2.jpg", ["a_1.jpg", "a_2.jpg"]),
        ("https://cdn.example.com/s/red%20shoe.PNG?v=17&x=a.jpg, a.webp", ["red shoe.PNG", "a.webp"]),
        ("//cdn.example.com/red%20shoe.png#top", ["red shoe.png"]),
        ("red, front.jpg; red, back.jpg", ["red, front.jpg", "red, back.jpg"]),
        ("a.jpg|b.tif\nc.pdf | a.jpg", ["a.jpg", "b.tif", "c.pdf"]),
        (r"\\nas\shoot\a_1.cr3", ["a_1.cr3"]),
        ("no_selection", []),
        ("3", []),
        ("", []),
        ("100%.jpg", ["100%.jpg"]),
    ],
)
def test_cells(cell: str, names: list[str]) -> None:
    assert files_in([cell]) == names


def test_no_more_than_a_record_takes() -> None:
    assert len(files_in(f"{number}.jpg" for number in range(1000))) == MOST_FILES
    assert files_in(["a" * LONGEST + ".jpg"]) == []


@given(st.lists(st.text(max_size=60), max_size=5))
def test_whatever_stands_there(cells: list[str]) -> None:
    found = files_in(cells)
    assert found == files_in(cells) and all(0 < len(name) <= LONGEST and "/" not in name for name in found)


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("base_image,additional_images,small_image", '/a/a.jpg,"/a/b.jpg,/a/c.jpg",/a/a.jpg'),
        ("Image Src,Variant Image,Image Alt Text", "https://x.example/a.jpg?v=1,b.jpg;c.jpg,old.jpg"),
        ("image_link,additional_image_link,link", "a.jpg,b.jpg|c.jpg,https://x.example/shop.jpg"),
        ("Images,files,note", '"a.jpg, b.jpg",c.jpg,x.jpg'),
        ("Bild 1,Bild 2,Bild 3", "a.jpg,b.jpg,c.jpg"),
    ],
)
def test_columns_of_common_exports(heading: str, cells: str) -> None:
    listed = read_products("p.csv", f"sku,name,{heading}\nA-1,Chair,{cells}\n".encode())
    assert listed.products[0].files == ("a.jpg", "b.jpg", "c.jpg") and not listed.problems


def test_columns_by_a_mapping_file() -> None:
    data = b"sku,Motiv,image\nA-1,a.jpg,b.jpg\n"
    listed = read_products("p.csv", data, ListMapping.model_validate({"files": ["motiv"]}))
    assert listed.products[0].files == ("a.jpg",)
    assert (
        "names the column"
        in read_products("p.csv", data, ListMapping.model_validate({"files": ["x"]})).problems[0].cause
    )
    assert read_products("p.csv", data, ListMapping.model_validate({"files": []})).products[0].files == ()
