"""Grammars of names: every picture has one, each its own, and a slip in a grammar is told when it is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.gtin import check_digit
from schemas.roles import ROLES
from services.catalog.channels.load import ChannelsError, read_channel
from services.catalog.channels.naming import GRAMMARS, MOST_NUMBERED, Ids, Naming, gtin
from tests.unit.catalog.channels.test_load import GOOD


@given(st.sampled_from(sorted(GRAMMARS)), st.lists(st.sampled_from(ROLES), max_size=MOST_NUMBERED))
def test_no_two_pictures_have_one_name(grammar: str, roles: list[str]) -> None:
    names = list(GRAMMARS[grammar].stems("B00ABCDEFG", roles))
    assert len(set(names)) == len(names) == len(roles)
    assert not any("{" in name for name in names)


def test_a_grammar_of_ones_own() -> None:
    own = Naming(known_by=["gtin", "sku"], stem="{id}-{code}", codes={"main": "a"}, other="x{n}")
    assert own.identity("Größe 1/2", Ids(gtin="123")) == "Gr-e-1-2" and own.spoken == "a GTIN or a SKU"
    assert list(own.stems("S", ["main", "main", "back"])) == ["S-a", "S-x01", "S-x02"]


def test_a_long_sku_makes_no_name_that_a_disk_refuses() -> None:
    (name,) = GRAMMARS["sku"].stems(GRAMMARS["sku"].identity("S" * 79 + "-" + "T" * 500, Ids()), ["main"])
    assert name == "S" * 79 + "_main_01"


@given(st.text("0123456789", min_size=7, max_size=13))
def test_a_gtin_holds_by_its_length_and_check_digit(digits: str) -> None:
    whole = digits + str(check_digit(digits))
    assert gtin(whole) == (whole if len(whole) in (8, 12, 13, 14) else "")
    assert gtin(digits + str((check_digit(digits) + 1) % 10)) == ""


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("4006381333931", "4006381333931"),
        ("012345678905", "012345678905"),
        ("00012345678905", "0012345678905"),
        ("10012345678902", ""),
        ("4006381333932", ""),
    ],
)
def test_amazon_knows_no_case_by_its_gtin(said: str, known: str) -> None:
    assert GRAMMARS["amazon"].identity("S", Ids(gtin=said)) == known


def test_amazon_is_told_an_asin_of_its_own_market() -> None:
    ids = Ids(asins={"ASIN_DE": "B0000000DE", "asin-fr": "B0000000FR", "asin": "B000000000"})
    known = {market: GRAMMARS["amazon"].identity("S", ids.at(market)) for market in ("", "de", "FR", "it")}
    assert known == {"": "B000000000", "de": "B0000000DE", "FR": "B0000000FR", "it": "B000000000"}


def test_six_pictures_of_safety_have_codes_of_their_own() -> None:
    names = list(GRAMMARS["amazon"].stems("B", ["main", "detail", *["safety"] * 8]))
    assert names == ["B.MAIN", "B.PT01", *(f"B.PS{n:02d}" for n in range(1, 7)), "B.PT02", "B.PT03"]


@pytest.mark.parametrize(
    ("stem", "other", "said"),
    [("{id}", "x{n}", "stem holds"), ("{id}.{code}", "x", "two pictures"), ("{id}.{code}.{sku}", "x{n}", "not {sku}")],
)
def test_slips_are_told(stem: str, other: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Naming(known_by=["sku"], stem=stem, other=other)


def test_a_channel_names_a_grammar_or_writes_one() -> None:
    named = read_channel("a.yaml", GOOD.replace("source: [me]", "source: [me]\n    naming: gs1"))
    assert named.rules[0].naming == GRAMMARS["gs1"]
    own = "source: [me]\n    naming: {known_by: [sku], stem: '{id}_{code}', other: 'p{n}'}"
    assert read_channel("a.yaml", GOOD.replace("source: [me]", own)).rules[0].naming is not None
    with pytest.raises(ChannelsError, match="no grammar nosuch; there are amazon, gs1, sku"):
        read_channel("a.yaml", GOOD.replace("source: [me]", "source: [me]\n    naming: nosuch"))
