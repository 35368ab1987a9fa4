"""Files that the PIM names for a product, whatever these are called."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from services.linker.files import file_key
from services.linker.match import Match
from services.pim.product import Product
from tests.fakes.hoodies import BLACK, GRAY, SHOP, look, product, skus


def naming(**files: str) -> list[Product]:
    """The shop, whose PIM names a file for these SKUs (`_` for `-`)."""
    said = {sku.replace("_", "-"): file for sku, file in files.items()}
    assert said.keys() <= {one.sku for one in SHOP}
    return [replace(one, files=(said[one.sku],)) if one.sku in said else one for one in SHOP]


def why(found: Match) -> set[str]:
    return {reason.detail for link in found.links for reason in link.evidence if reason.kind == "pim-file"}


@pytest.mark.parametrize("file", ["autumn_42_a.jpg", "AUTUMN_42_A.JPG", "autumn_42_a.tif"])
def test_a_file_that_says_nothing_is_linked_by_what_the_pim_says(file: str) -> None:
    found = look(file, shop=naming(MH01_S_Gray="Autumn_42_a.jpg"))
    assert skus(found) == GRAY
    assert why(found) == {"the PIM names this file for MH01-S-Gray, and it shows all sizes"}


@pytest.mark.parametrize("file", ["autumn_42_b.jpg", "autumn 42 a.jpg", "x_autumn_42_a.jpg", "autumn_42_a_v2.jpg"])
def test_only_the_whole_name_is_meant(file: str) -> None:
    assert look(file, shop=naming(MH01_S_Gray="autumn_42_a.jpg")).says_nothing


@pytest.mark.parametrize("file", ["main.jpg", "1.jpg", "IMG_0042.jpg", "black-front.png", "2.jpg", ".jpg", ""])
def test_a_name_that_many_files_have_is_nobodys(file: str) -> None:
    assert file_key(file) == ""
    assert look(file, shop=naming(TRAINER_RED=file)).says_nothing


def test_a_model_names_files_too_and_the_colour_is_read_in_the_name() -> None:
    shop = naming(MH01="campaign_black_77x.jpg")
    assert skus(look("campaign_black_77x.jpg", shop=shop)) == BLACK


def test_of_several_colours_all_are_shown_and_no_others() -> None:
    shop = naming(MH01_S_Gray="duo_shot.jpg", MH01_M_Gray="duo_shot.jpg", MH01_L_Black="duo_shot.jpg")
    found = look("duo_shot.jpg", shop=shop)
    assert skus(found) == GRAY | BLACK and not [link for link in found.links if link.level == "model"]
    assert why(found) == {"the PIM names this file for MH01-L-Black, MH01-M-Gray, MH01-S-Gray, and it shows all sizes"}
    whole = look("trio_shot.jpg", shop=naming(MH02_S_Black="trio_shot.jpg", MH02_M_Grün="trio_shot.jpg"))
    assert [link.look for link in whole.links if link.level == "model"] == [()]


def test_what_several_products_name_is_of_all_of_them() -> None:
    found = look("sizes_eu_2026.pdf", shop=naming(TRAINER_RED="sizes_eu_2026.pdf", MH01="sizes_eu_2026.pdf"))
    assert {link.sku for link in found.links} == {"TRAINER-RED", "MH01"} and not found.suggestions


def test_the_name_says_another_colour() -> None:
    (conflict,) = look("mh01-black_main.jpg", shop=naming(MH01_S_Gray="mh01-black_main.jpg")).conflicts
    assert set(conflict.skus) == GRAY | BLACK
    assert "the PIM names this file for MH01-S-Gray, and it shows all sizes" in {
        one.detail for one in conflict.evidence
    }


def test_the_name_says_none_of_several_colours() -> None:
    files = {"MH01_S_Gray": "mh01-light-blue.jpg", "MH01_S_Black": "mh01-light-blue.jpg"}
    found = look("mh01-light-blue.jpg", shop=naming(**files))
    assert not found.links and len(found.conflicts) == 1


def test_the_name_says_another_product() -> None:
    found = look("mh02-black_main.jpg", shop=naming(TRAINER_RED="mh02-black_main.jpg"))
    assert not found.links and found.conflicts[0].cause == "MH02 and TRAINER-RED are named at once."


def test_both_agree_and_are_surer() -> None:
    (both, *_), (alone, *_) = (
        look("mh01-gray.jpg", shop=shop).links for shop in (naming(MH01_S_Gray="MH01-gray.jpg"), SHOP)
    )
    assert both.confidence > alone.confidence


def test_which_of_two_comes_first_makes_no_odds() -> None:
    def both(shop: Iterable[Product]) -> Match:
        return look("lot_12_x.jpg", shop=list(shop))

    shop = [*naming(MH01_S_Gray="lot_12_x.jpg"), product("ZZ-1000", files=("lot_12_x.jpg",))]
    assert both(shop) == both(reversed(shop))
