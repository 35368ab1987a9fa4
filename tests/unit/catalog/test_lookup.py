"""What somebody pastes, and which of it may be a GTIN."""

import pytest

from services.catalog.queries.lookup import Looked, codes, parted
from services.catalog.queries.meant import Written, written, wrong_digit
from services.catalog.said.codes import gtin


def test_a_list_however_it_is_parted() -> None:
    assert codes(' MH01 \r\nMH02,"MH 03";MH04\tMH01\n\n') == ["MH01", "MH02", "MH 03", "MH04", "MH01"]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("4006700500013", "04006700500013"),
        ("0-36000 29145-2", "00036000291452"),
        ("96385074", "00000096385074"),
        ("MH01", None),
        ("12345", None),
        ("４００６７００５０００１３", None),
    ],
)
def test_a_gtin_however_it_is_written(code: str, found: str | None) -> None:
    assert gtin(code) == found


def test_each_is_in_one_of_three_lists() -> None:
    every = [Looked("a"), Looked("b", {"sku": "b"}), Looked("c", {"sku": "c"}, 2, "x")]
    assert [[one.code for one in part] for part in parted(every)] == [["c"], ["b"], ["a"]]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("MH 02", Written("MH 02", "%mh02%", "mh02")),
        ("mh01 l black", Written("mh01 l black", "%mh01%l%black%", "mh01lblack")),
        ("4006381333931", None),
        ("=-1", None),
    ],
)
def test_what_a_code_is_looked_for_by(code: str, found: Written | None) -> None:
    assert written(code) == found


def test_a_wrong_check_digit_is_told_of_what_has_a_gtins_length_alone() -> None:
    assert "ends with 1" in wrong_digit("4006381333932")
    assert [wrong_digit(code) for code in ("4006381333931", "0-36000 29145-2", "12345", "MH01")] == [""] * 4
