"""What stands in a feed's cells, and which names files have in Amazon's ZIP."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.channels.naming import GRAMMARS
from services.catalog.feeds.fit import MOST_FURTHER, MOST_OF_MODEL
from services.catalog.feeds.flat import named
from services.catalog.feeds.formats import FORMATS, models
from services.catalog.feeds.goods import Goods, Picture, Shop

GTIN = "4006381333931"
AMAZON = GRAMMARS["amazon"]


def picture(asset: str, role: str = "main", url: str = "") -> Picture:
    return Picture(asset, 1, role, "slot", url or f"https://m.example.com/a/{asset}/web.jpg?v=1", f"r/{asset}.jpg", 5)


def goods(sku: str, *pictures: Picture, model: str = "RED", gtin: str = "", asin: str = "") -> Goods:
    return Goods(sku, model, "Trainer", gtin, asin, pictures or (picture("a"),), Shop("red", "Trainer"))


def rows(name: str, *given: Goods) -> list[dict[str, str]]:
    form = FORMATS[name]
    text = form.heading + form.lines(form.fit(given).goods)
    return list(csv.DictReader(io.StringIO(text), delimiter="\t" if form.ending == "tsv" else ","))


def test_lifestyle_has_a_column_of_its_own_and_further_ones_are_so_many() -> None:
    many = [picture(f"n{number}", "detail") for number in range(MOST_FURTHER + 3)]
    (row,) = rows("google", goods("RED-42", picture("a"), picture("l", "lifestyle"), *many))
    assert "/a/l/" in row["lifestyle_image_link"] and "/a/l/" not in row["additional_image_link"]
    assert len(row["additional_image_link"].split(",")) == MOST_FURTHER


def test_a_second_picture_in_use_is_a_further_one() -> None:
    (row,) = rows("google", goods("RED-42", picture("a"), picture("l", "lifestyle"), picture("m", "lifestyle")))
    assert "/a/l/" in row["lifestyle_image_link"] and "/a/m/" in row["additional_image_link"]


@pytest.mark.parametrize("name", ["google", "meta", "shopify", "json"])
def test_what_counts_as_given_is_what_stands_in_the_lines(name: str) -> None:
    """Recorded is what `fit` leaves: of 300 pictures each vendor takes another number."""
    many = [picture(f"n{number}", "lifestyle" if number % 3 else "detail") for number in range(MOST_OF_MODEL + 50)]
    form = FORMATS[name]
    (one,) = form.fit([goods("RED-42", picture("a"), *many)]).goods
    text = form.lines([one])
    there = {each for each in ["a", *(n.asset for n in many)] if f"/a/{each}/" in text}
    assert {each.asset for each in one.pictures} == there
    assert len(there) == {"google": 12, "meta": 11, "shopify": MOST_OF_MODEL, "json": MOST_OF_MODEL + 51}[name]


def test_meta_takes_so_many_characters_in_a_cell() -> None:
    long = [picture(f"n{number}", "detail", f"https://m.example.com/{'x' * 380}/{number}") for number in range(9)]
    (row,) = rows("meta", goods("RED-42", picture("a"), *long))
    assert len(row["additional_image_link"].split(",")) == 4


def test_a_sku_that_is_too_long_is_left_out_and_named() -> None:
    for name, most in (("google", 50), ("meta", 100)):
        given, notes = FORMATS[name].fit([goods("S" * most), goods("T" * (most + 1))])
        assert [one.sku for one in given] == ["S" * most] and notes[0].startswith("TTT")


@pytest.mark.parametrize("shop", [Shop("", "Trainer"), Shop("red", ""), Shop("red", "=cmd()"), Shop("red", "T" * 256)])
def test_a_model_that_a_shop_cannot_know_is_left_out_and_named(shop: Shop) -> None:
    given, notes = FORMATS["shopify"].fit([goods("RED-42")._replace(shop=shop)])
    assert not given and notes[0].startswith("RED: ")


def test_shopify_has_a_title_once_a_product() -> None:
    found = rows("shopify", goods("RED-42", picture("a"), picture("b")), goods("RED-43", picture("a"), picture("c")))
    assert [(row["Handle"], row["Title"], row["Image Position"]) for row in found] == [
        ("red", "Trainer", "1"),
        ("red", "", "2"),
        ("red", "", "3"),
    ]


def test_a_comma_in_an_address_ends_no_address() -> None:
    (row,) = rows("meta", goods("RED-42", picture("a"), picture("b", url="https://m.example.com/a,b.jpg")))
    assert row["additional_image_link"] == "https://m.example.com/a%2Cb.jpg"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=50))
def test_an_identifier_comes_back_as_it_was(sku: str) -> None:
    for name in ("google", "meta"):
        assert rows(name, goods(sku))[0]["id"] == sku


def test_variants_of_a_model_stand_together() -> None:
    given = [goods("A-1", model="A"), goods("A-2", model="A"), goods("B-1", model="B")]
    assert [[one.sku for one in each] for each in models(given)] == [["A-1", "A-2"], ["B-1"]]


def test_roles_have_amazons_names_each_once() -> None:
    roles = ("main", "back", "back", "detail", "left")
    found, missing, _given = named(
        AMAZON, [goods("S", *(picture(f"p{n}", role) for n, role in enumerate(roles)), asin="B00ABCDEFG")]
    )
    names = [one.name.split(".")[1] for one in found]
    assert names == ["MAIN", "BACK", "PT01", "PT02", "LEFT"] and not missing
    assert {one.name.split(".")[0] for one in found} == {"B00ABCDEFG"}


def test_what_amazon_cannot_know_is_said() -> None:
    found, missing, _given = named(AMAZON, [goods("S"), goods("T", gtin=GTIN), goods("U", gtin=GTIN)])
    assert [one.name for one in found] == [f"{GTIN}.MAIN.jpg"]
    assert missing[0].startswith("S: it has not an ASIN") and "another SKU" in missing[1]


def test_gs1_names_say_gtin_facing_and_state_and_number_what_is_alike() -> None:
    roles = ("main", "back", "back", "packaging", "detail", "lifestyle")
    found = named(GRAMMARS["gs1"], [goods("S", *(picture(f"p{n}", r) for n, r in enumerate(roles)), gtin=GTIN)]).files
    stems = ["A1N0_s01", "A7N0_s01", "A7N0_s02", "A0N1_s01", "A0N0_s01", "B0N0_s01"]
    assert [one.name for one in found] == [f"0{GTIN}_{stem}.jpg" for stem in stems]
