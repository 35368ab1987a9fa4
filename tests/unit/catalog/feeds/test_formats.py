"""What stands in a feed's cells, and which names files have in Amazon's ZIP."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog.channels.naming import GRAMMARS
from services.catalog.feeds.flat import named
from services.catalog.feeds.formats import FORMATS, MOST_FURTHER, handle, models
from services.catalog.feeds.goods import Goods, Picture

GTIN = "4006381333931"
AMAZON = GRAMMARS["amazon"]


def picture(asset: str, role: str = "main", url: str = "") -> Picture:
    return Picture(asset, 1, role, "slot", url or f"https://m.example.com/a/{asset}/web.jpg?v=1", f"r/{asset}.jpg", 5)


def goods(sku: str, *pictures: Picture, model: str = "RED", gtin: str = "", asin: str = "") -> Goods:
    return Goods(sku, model, "Trainer", gtin, asin, pictures or (picture("a"),))


def rows(name: str, *given: Goods) -> list[dict[str, str]]:
    form = FORMATS[name]
    text = form.heading + form.lines(given)
    return list(csv.DictReader(io.StringIO(text), delimiter="\t" if form.ending == "tsv" else ","))


def test_lifestyle_has_a_column_of_its_own_and_further_ones_are_so_many() -> None:
    many = [picture(f"n{number}", "detail") for number in range(MOST_FURTHER + 3)]
    (row,) = rows("google", goods("RED-42", picture("a"), picture("l", "lifestyle"), *many))
    assert "/a/l/" in row["lifestyle_image_link"] and "/a/l/" not in row["additional_image_link"]
    assert len(row["additional_image_link"].split(",")) == MOST_FURTHER


def test_a_comma_in_an_address_ends_no_address() -> None:
    (row,) = rows("meta", goods("RED-42", picture("a"), picture("b", url="https://m.example.com/a,b.jpg")))
    assert row["additional_image_link"] == "https://m.example.com/a%2Cb.jpg"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_an_identifier_comes_back_as_it_was(sku: str) -> None:
    for name in ("google", "meta"):
        assert rows(name, goods(sku))[0]["id"] == sku


@pytest.mark.parametrize(("model", "name"), [("MH01 Black", "mh01-black"), ("Übergröße/7", "ubergroe-7"), ("-A-", "a")])
def test_a_handle_is_small_letters_digits_and_dashes(model: str, name: str) -> None:
    assert handle(model) == name


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
    roles = ("main", "back", "back", "packaging", "detail")
    found = named(GRAMMARS["gs1"], [goods("S", *(picture(f"p{n}", r) for n, r in enumerate(roles)), gtin=GTIN)]).files
    stems = ["A1N0_s01", "A7N0_s01", "A7N0_s02", "A0N1_s01", "A0N0_s01"]
    assert [one.name for one in found] == [f"0{GTIN}_{stem}.jpg" for stem in stems]
