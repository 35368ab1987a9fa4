"""What a folder's list says: its columns, its dialects, and what is told of one that cannot be used."""

from typing import Any

import pytest

from runtime.refusal import Refused
from services.ingest.lists import MAX_ROWS, read
from services.ingest.meant import Names


def fields(text: str | bytes) -> dict[str, dict[str, Any]]:
    told = read(text.encode() if isinstance(text, str) else text)
    assert told.problems == []
    return {name: fields for name, (_, fields) in told.rows.items()}


@pytest.mark.parametrize(
    "data",
    [
        "file,sku,title\na.jpg,X-1,Mütze\n".encode(),
        "\ufefffile;sku;title\r\na.jpg;X-1;Mütze\r\n".encode(),
        "Dateiname;Artikel-Nr;Titel\na.jpg;X-1;Mütze\n".replace("Artikel-Nr", "Artikelnummer").encode("cp1252"),
        "File Name\tSKU\tTitle\na.jpg\tX-1\tMütze\n".encode("utf-16"),
        b'"title";"image";"sku"\n"M\xc3\xbctze";".\\a.jpg";"X-1"\n\n',
    ],
)
def test_dialects(data: bytes) -> None:
    assert fields(data) == {"a.jpg": {"sku": ["X-1"], "title": "Mütze"}}


def test_all_fields() -> None:
    heading = "filename,sku,EAN,role,title,alt text,caption,keywords,copyright,photographer,product name,price"
    row = 'b/a.jpg,X-1;X-2,4006381333931,front,T,Alt,C,"red, wool;hat",© Me,Zoë,Hat,9.99'
    assert fields(f"{heading}\n{row}\n") == {
        "b/a.jpg": {
            "sku": ["X-1", "X-2"],
            "gtin": ["4006381333931"],
            "role": "front",
            "title": "T",
            "alt": "Alt",
            "description": "C",
            "keywords": ["red", "wool", "hat"],
            "copyright": "© Me",
            "artist": "Zoë",
            "product_name": "Hat",
        }
    }


def test_a_file_that_shows_two_products() -> None:
    assert fields("file,sku,title\na.jpg,X-1,T\na.jpg,X-2,\na.jpg,X-1,T\n") == {
        "a.jpg": {"sku": ["X-1", "X-2"], "title": "T"}
    }


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (",X-1,T", "Line 3: there is no file name."),
        ("../b.jpg,X-1,T", "Line 3: “../b.jpg” is no name of a file in this folder."),
        ("C:\\b.jpg,X-1,T", "Line 3: “C:\\b.jpg” is no name of a file in this folder."),
        ("b.jpg,X-1,red, or blue", "Line 3 has more cells than the heading"),
        ("a.jpg,X-1,Other", "Line 3: “a.jpg” has another title than in line 2; the first counts."),
    ],
)
def test_a_bad_row_is_told_and_the_others_count(rows: str, problem: str) -> None:
    told = read(f"file,sku,title\na.jpg,X-1,T\n{rows}\nlast.jpg,X-2,\n".encode())
    (found,) = told.problems
    assert found.startswith(problem)
    assert {name: line for name, (line, _) in told.rows.items()} == {"a.jpg": 2, "last.jpg": 4}
    assert told.rows["a.jpg"][1]["title"] == "T"


@pytest.mark.parametrize(
    ("data", "cause", "cure"),
    [
        (
            b"sku,name\nX-1,Hat\n",
            "No column holds file names (line 1): the columns are “sku”, “name”.",
            "packshot submit",
        ),
        (b"file,price\na.jpg,9\n", "No column says anything of the files (line 1)", "“sku”"),
        (b"", "empty", "heading"),
        (b"file,sku\n", "empty", "heading"),
        (b"PK\x03\x04rest", "workbook", "CSV"),
        (b"file,sku\na.jpg,\0", "not a text file", "CSV"),
        (b"file,sku\n,X-1\n", "Line 2: there is no file name.", "Correct"),
        (b'file,sku\n"a.jpg,X-1\n' + b"b.jpg,X-2\n" * 30, "From line 2 on", "quotation mark"),
        (b"file,sku\n" + b"a.jpg,X\n" * (MAX_ROWS + 1), f"{MAX_ROWS + 1} rows", "two lists"),
    ],
)
def test_refused_with_cause_and_cure(data: bytes, cause: str, cure: str) -> None:
    with pytest.raises(Refused) as refused:
        read(data)
    assert cause in refused.value.cause
    assert cure in refused.value.cure


@pytest.mark.parametrize(
    ("named", "key"),
    [
        ("s/a.jpg", "s/a.jpg"),
        ("s/A.JPG", "s/a.jpg"),
        ("s/b", "s/B.png"),
        ("s/c", "s/c"),
        ("s/Mu\u0308tze.jpg", "s/Mütze.jpg"),
        ("s/nothing.jpg", "s/nothing.jpg"),
    ],
)
def test_which_file_is_meant(named: str, key: str) -> None:
    assert Names(["s/a.jpg", "s/B.png", "s/c.jpg", "s/c.png", "s/Mütze.jpg"]).key_of(named) == key
