"""What a code says, and what does not hold."""

import pytest

from services.tagger.codes_meaning import meaning


@pytest.mark.parametrize(
    ("kind", "text", "symbology"),
    [
        ("EAN-13", "4006381333932", "]E0"),  # check digit
        ("EAN-8", "96385075", "]E4"),
        ("ITF", "14006381333939", "]I1"),
        ("ITF", "123456", "]I1"),  # part of something longer
        ("Code 128", "0104006381333932", "]C1"),  # check digit of the GTIN inside
        ("Code 128", "99", "]C1"),
        ("Aztec", "hello", "]z0"),
        ("QR Code", "  ", "]Q1"),
    ],
)
def test_what_does_not_hold_is_not_told(kind: str, text: str, symbology: str) -> None:
    assert meaning(kind, text, symbology) is None


def test_variable_lengths_end_where_the_code_says() -> None:
    found = meaning("Data Matrix", "010400638133393110LOT7\x1d21SERIAL", "]d2")
    assert found is not None
    assert found.gs1 == {"01": "04006381333931", "10": "LOT7", "21": "SERIAL"}


def test_a_code_without_a_gtin_has_its_elements() -> None:
    found = meaning("Code 128", "00106141412345678908", "]C1")
    assert found is not None
    assert (found.format, found.gtin, found.gs1) == ("gs1-128", None, {"00": "106141412345678908"})


def test_a_book_has_a_gtin_too() -> None:
    found = meaning("EAN-13", "9780804816632", "]E0")
    assert found is not None
    assert found.gtin == "9780804816632"


@pytest.mark.parametrize("kind", ["QR Code", "Data Matrix", "Code 128"])
def test_a_nul_is_left_out(kind: str) -> None:
    found = meaning(kind, "SHOE\0-42", "]Q1")
    assert found is not None and found.text == "SHOE-42"
    assert meaning(kind, "\0", "]Q1") is None
