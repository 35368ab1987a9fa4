"""A slip in the code at a name's beginning: whom it links, whom it asks about, and where it says nothing."""

import pytest

from services.linker.evidence import asset_keys, read_evidence, typo_keys
from services.linker.match import Match
from services.linker.products import near_names
from services.linker.slips import MOST
from tests.fakes.hoodies import BLACK, GTIN, SHOP, look, model, product, skus

HOODIES = model("MH01", "Black,Gray")


def asked(found: Match) -> set[str]:
    assert not found.links
    return {link.sku for link in found.suggestions}


@pytest.mark.parametrize("name", ["hm01-black_main.jpg", "mmh01 black (2).jpg", "MHH01_black_v2.jpg"])
def test_letters_swapped_or_doubled_link_where_the_colour_agrees_and_no_other_code_is_near(name: str) -> None:
    assert skus(look(name, shop=HOODIES)) == BLACK


@pytest.mark.parametrize("name", ["mxh01-black_main.jpg", "mh10-black.jpg", "mh001-black.jpg"])
def test_another_sign_may_be_another_article_so_a_person_is_asked_about_that_colour(name: str) -> None:
    assert (
        asked(look(name, shop=HOODIES)) == BLACK if name != "h01-black.jpg" else look(name, shop=HOODIES).says_nothing
    )


def test_without_a_colour_the_model_is_asked_about() -> None:
    assert asked(look("hm01_main.jpg", shop=HOODIES)) == {"MH01"}


def test_two_codes_that_are_near_are_both_asked_about() -> None:
    shop = [
        *model("MSH1", "Black", sizes="S"),
        *model("MHS1", "Black,Red", sizes="S"),
        *model("SMH1", "Red", sizes="S"),
    ]
    assert asked(look("mhsh1-black.jpg", shop=shop)) == {"MSH1", "MHS1-S-Black"}


@pytest.mark.parametrize("name", ["mh02-black.jpg", "mi01-black.jpg", "hm01-red.jpg", "hm01-beach.jpg", "IMG_0101.jpg"])
def test_the_next_article_another_colour_and_unknown_words_say_nothing(name: str) -> None:
    assert look(name, shop=HOODIES).says_nothing


@pytest.mark.parametrize("many", [MOST, MOST + 1])
def test_a_running_number_without_a_digit_may_be_too_many(many: int) -> None:
    names = {f"MHK0{at}" for at in range(many)}
    assert asked(look("mhk0_main.jpg", shop=list(map(product, names)))) == (names if many == MOST else set())


def test_a_slip_in_a_long_code_before_its_colour_is_found() -> None:
    shop = model("JACKET2000L", "Black,Red", sizes="S M")
    assert skus(look("jakcet2000l-red_back.jpg", shop=shop)) == {"JACKET2000L-S-Red", "JACKET2000L-M-Red"}


def test_what_is_named_to_the_letter_is_no_slip() -> None:
    assert skus(look("mh01-black.jpg", shop=[*SHOP, *model("MHH01", "Black")])) == BLACK


def test_a_product_that_comes_later_asks_for_the_picture_that_may_mean_it() -> None:
    keys = near_names("MH01", {"color": "Black", "size": "S"})
    assert keys & typo_keys(read_evidence("hm01-black_main.jpg"))
    assert not keys & typo_keys(read_evidence("mp11-black_main.jpg"))


@pytest.mark.parametrize("at", range(13))
def test_a_gtin_with_one_wrong_digit_is_asked_about(at: int) -> None:
    wrong = f"{GTIN[:at]}{(int(GTIN[at]) + 3) % 10}{GTIN[at + 1 :]}"
    found = look(f"{wrong}_front.jpg")
    assert found.links == () and [link.sku for link in found.suggestions] == ["TRAINER-RED"]
    (reason,) = found.suggestions[0].evidence
    assert reason.detail == f"“{wrong}” in the file name is one digit away from the GTIN of TRAINER-RED"


def test_a_gtin_with_two_wrong_digits_says_nothing_and_has_few_keys() -> None:
    assert look("4006381333822.jpg").says_nothing
    assert len(asset_keys("4006381333932.jpg")) <= 15


MUGS = [product("MUG", kind="model"), *(product(f"MUG-{c}", parent="MUG", axes={"color": c}) for c in ("Red", "Blue"))]


@pytest.mark.parametrize("name", ["red mug.jpg", "red-mug_main.jpg", "IMG_0042 Mug Rot (2).jpg"])
def test_a_short_word_that_is_a_model_is_found_beside_its_colour(name: str) -> None:
    assert skus(look(name, shop=MUGS)) == {"MUG-Red"}


def test_a_colour_that_a_short_model_does_not_have_is_asked_about() -> None:
    found = look("MUG-GREEN_2.jpg", shop=MUGS)
    assert skus(found) == set() and [link.sku for link in found.suggestions] == ["MUG-Blue", "MUG-Red"]
    found = look("MUG-GREEN.jpg", shop=[product("MUG"), product("MUG-RED"), product("MUG-BLUE")])
    assert found.links == () and [link.sku for link in found.suggestions] == ["MUG"]
    assert look("green coffee mug.jpg", shop=MUGS).says_nothing


def test_a_sku_that_is_a_colour_is_found_where_the_name_says_nothing_else() -> None:
    assert skus(look("RED_front.jpg", shop=[product("RED"), product("BLUE")])) == {"RED"}
    assert skus(look("red blue.jpg", shop=[product("RED")])) == set()
