"""What a name, a folder and embedded fields say of a few products: links, suggestions, conflicts."""

from typing import Any

import pytest

from services.linker.catalogue import Catalogue
from services.linker.evidence import asset_keys, read_evidence
from services.linker.match import match
from services.linker.products import product_keys
from tests.fakes.hoodies import GRAY, GTIN, SHOP, look, model, product, skus


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("mh01-gray_main.jpg", ""),
        ("MH01 GREY front.JPG", ""),
        ("gray_mh01.jpg", ""),
        ("main-gray_MH-01.tif", ""),
        ("mh01gray.png", ""),
        ("IMG_2041 mh01-gray (2).jpg", ""),
        ("mh01-gray_v2_final copy.jpg", ""),
        ("20240131_mh01__gray.jpg", ""),
        ("MH01-S-Gray_back.jpg", ""),
        ("front.jpg", "autumn/MH01/Gray"),
        ("IMG_0001.JPG", "MH01-gray"),
        ("gray_02.jpg", "mh01"),
        ("MH01-M-Gray.PT01.jpg", ""),
    ],
)
def test_every_way_to_write_it_means_all_sizes_of_the_colour(name: str, folder: str) -> None:
    assert skus(look(name, folder)) == GRAY


def test_the_model_is_linked_too_and_knows_the_colour() -> None:
    (of_model,) = [link for link in look("mh01-gray_main.jpg").links if link.level == "model"]
    assert (of_model.sku, of_model.look) == ("MH01", (("color", "gray"),))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("mh01-m-gray.jpg", "“mh01-m-gray” in the file name is SKU MH01-M-Gray, and shows all its sizes"),
        ("mh01-gray.jpg", "“mh01-gray” in the file name is model MH01 and its colour"),
        ("mh01.jpg", "“mh01” in the file name is model MH01"),
        ("trainer-red.jpg", "“trainer-red” in the file name is SKU TRAINER-RED"),
    ],
)
def test_the_reason_says_whose_name_it_is_and_that_sizes_share_pictures(name: str, why: str) -> None:
    assert {link.evidence[0].detail for link in look(name).links} == {why}


def test_a_name_without_colour_speaks_of_the_model_alone() -> None:
    found = look("mh01_main.jpg")
    assert [(link.sku, link.level, link.look) for link in found.links] == [("MH01", "model", ())]


def test_accents_and_signs_in_a_sku() -> None:
    assert skus(look("creme brulee 9_side.jpg")) == {"CRÈME-BRÛLÉE-9"}
    assert skus(look("30409629_1.jpg")) == skus(look("304-096-29.jpg")) == {"304.096.29"}


@pytest.mark.parametrize("name", ["ab-12-cd-34_front.jpg", "AB12 CD34.jpg"])
def test_a_sku_of_one_word_may_be_taken_apart(name: str) -> None:
    assert skus(look(name, shop=[product("AB12CD34")])) == {"AB12CD34"}


@pytest.mark.parametrize("name", [f"{GTIN}.jpg", f"0{GTIN}_A7N1.jpg", f"{GTIN}.PT02.jpg", "red trainer.jpg"])
def test_gtin_and_swapped_parts(name: str) -> None:
    assert skus(look(name)) == {"TRAINER-RED"}


def test_a_gtin_with_a_wrong_check_digit_is_a_number() -> None:
    assert look("4006381333932.jpg").links == ()


def test_gs1_and_amazon_names_are_their_own_evidence() -> None:
    assert look(f"0{GTIN}_A7N1.jpg").links[0].evidence[0].kind == "gs1-name"
    assert look(f"{GTIN}.PT02.jpg").links[0].evidence[0].kind == "amazon-name"


@pytest.mark.parametrize("name", ["TRAINER-RED large.jpg", "trainer-red_small_copy.jpg", "TRAINER-RED_XL.jpg"])
def test_a_size_after_the_sku_is_no_view(name: str) -> None:
    assert [(link.sku, link.role) for link in look(name).links] == [("TRAINER-RED", "main")]


def test_an_asin_among_a_products_attributes_names_it_as_a_gtin_does() -> None:
    shop = [*SHOP, product("MUG-RED", attributes={"ASIN_de": "B08N5WRWNW; B07XJ8C8F5", "parent_asin": "B000000000"})]
    found = look("B08N5WRWNW.PT02.jpg", shop=shop)
    assert skus(found) == {"MUG-RED"} and found.role.role == "additional"
    assert found.links[0].evidence[0].detail == "“B08N5WRWNW” in the Amazon file name is an ASIN of MUG-RED"
    assert skus(look("b07xj8c8f5_front.jpg", shop=shop)) == {"MUG-RED"}
    assert look("B000000000.MAIN.jpg", shop=shop).says_nothing
    assert len(look("TRAINER-RED_main.jpg", "B08N5WRWNW", shop=shop).conflicts) == 1


@pytest.mark.parametrize(
    "name",
    [
        "IMG_1234.JPG",
        "DSC01234.jpg",
        "P1010123.JPG",
        "PXL_20240131_101112123.jpg",
        "IMG-20240131-WA0001.jpg",
        "123.jpg",
        "image123.png",
        "IMG A1 poster.jpg",
        "A12.jpg",
        "MA1N.jpg",
        "black_main.jpg",
        "red.jpg",
        "front.jpg",
        "1200x800.jpg",
        "mh0101.jpg",
        "warm.jpg",
        ".jpg",
    ],
)
def test_nothing_is_read_into_a_name_that_says_nothing(name: str) -> None:
    found = look(name)
    assert (found.links, found.suggestions, found.conflicts) == ((), (), ())


def test_a_short_sku_is_found_where_the_name_says_nothing_else() -> None:
    assert skus(look("A1.jpg")) == skus(look("a1_back (2).jpg")) == {"A1"}


def test_a_short_sku_of_two_parts() -> None:
    shop = [product("AB-1"), product("AB")]
    assert skus(look("AB-1.jpg", shop=shop)) == skus(look("ab 1_front.jpg", shop=shop)) == {"AB-1"}
    assert skus(look("AB_2.jpg", shop=shop)) == {"AB"}


def test_digits_do_not_grow_together() -> None:
    shop = [product("WX12"), product("WX1")]
    assert skus(look("wx1_2.jpg", shop=[product("WX12")])) == set()
    assert skus(look("wx12_2.jpg", shop=shop)) == {"WX12"}


def test_a_sign_between_two_digits_may_be_left_out_of_a_long_sku() -> None:
    assert skus(look("AB1234_2.jpg", shop=[product("AB12-34")])) == {"AB12-34"}
    assert skus(look("ab1234.jpg", shop=[product("AB12-34"), product("AB1234")])) == {"AB1234"}
    assert look("a12.jpg", shop=[product("A1-2")]).says_nothing


def test_the_letter_of_a_view_makes_no_other_article() -> None:
    assert skus(look("mh01_a_black.jpg")) == {"MH01-S-Black", "MH01-M-Black", "MH01-L-Black"}
    assert skus(look("mh01a.jpg")) == {"MH01A"}


def test_two_models_in_one_name_are_a_conflict() -> None:
    found = look("mh01-black_mh02-black.jpg")
    assert found.links == ()
    (conflict,) = found.conflicts
    assert {"MH01", "MH02", "MH01-M-Black", "MH02-M-Black"} < set(conflict.skus)
    assert {reason.kind for reason in conflict.evidence} == {"filename"}


def test_name_against_metadata_is_a_conflict() -> None:
    found = look("mh01-black.jpg", metadata={"xmp:sku": "TRAINER-RED"})
    assert found.links == () and found.conflicts[0].options[1:] == (("TRAINER-RED",),)


def test_metadata_alone_links_and_agreement_makes_surer() -> None:
    assert skus(look("IMG_1.jpg", metadata={"keywords": ["mh01-gray", "studio"]})) == GRAY
    alone, both = look("mh01-gray.jpg"), look("mh01-gray.jpg", metadata={"sku": "MH01-S-Gray"})
    assert both.links[0].confidence > alone.links[0].confidence
    assert {reason.kind for reason in both.links[0].evidence} == {"filename", "metadata"}


def test_a_sentence_that_mentions_a_product_is_only_a_suggestion() -> None:
    text = "We wore it together with the MH02 on a long and windy walk along the coast"
    found = look("beach.jpg", metadata={"description": text})
    assert found.links == () and {link.sku for link in found.suggestions} == {"MH02"}


def test_the_camera_is_not_the_product() -> None:
    shop = [product("EOS-5D"), product("TAMRON-90")]
    told = {"model": "Canon EOS 5D", "lens": "Tamron 90", "software": "EOS-5D", "iso": 200, "gps": True}
    assert look("beach.jpg", metadata=told, shop=shop).links == ()
    assert skus(look("beach.jpg", metadata={"Iptc4xmpExt:ProductId": "eos 5d"}, shop=shop)) == {"EOS-5D"}
    assert skus(look("beach.jpg", metadata={"product_id": ["EOS-5D"]}, shop=shop)) == {"EOS-5D"}


def test_one_wrong_letter_in_a_long_sku_links_unless_two_are_near() -> None:
    assert skus(look("trianer-red_front.jpg")) == {"TRAINER-RED"}
    near = [product("TRAINER-RED"), product("TRAINEE-RED")]
    found = look("trainex-red.jpg", shop=near)
    assert (found.links, found.suggestions) == ((), ())


def test_one_wrong_digit_is_a_suggestion_for_it_may_be_the_next_article() -> None:
    found = look("shoe-2024-0002_front.jpg", shop=[product("SHOE-2024-0001")])
    assert not found.links and [link.sku for link in found.suggestions] == ["SHOE-2024-0001"]


@pytest.mark.parametrize(
    ("name", "sku", "linked"),
    [
        ("JACKET2000R.jpg", "JACKET2000L", False),
        ("CHARGER-A2D_front.jpg", "CHARGER-A2C", False),
        ("B08N5WXWNW.jpg", "B08N5WRWNW", False),
        ("cable-l-white.jpg", "CABLE-R-WHITE", False),
        ("trainer-ted.jpg", "TRAINER-RED", False),
        ("JAKCET2000L.jpg", "JACKET2000L", True),
        ("chrger-a2c.jpg", "CHARGER-A2C", True),
    ],
)
def test_a_letter_that_may_be_another_code_is_no_slip(name: str, sku: str, linked: bool) -> None:
    found = look(name, shop=[product(sku)])
    assert skus(found) == ({sku} if linked else set())
    assert linked or [link.sku for link in found.suggestions] == [sku]


@pytest.mark.parametrize("name", ["B08N5WRWNX.MAIN.jpg", "JAKCET2000L.PT01.jpg"])
def test_names_by_a_scheme_are_no_slips(name: str) -> None:
    assert look(name, shop=[product("B08N5WRWNW"), product("JACKET2000L")]).says_nothing


@pytest.mark.parametrize(
    ("name", "sku", "linked"),
    [
        ("campaign_beach_summer.jpg", "BEACH", False),
        ("team-trainer-portrait.jpg", "TRAINER", False),
        ("trainer_in_the_city.jpg", "TRAINER", True),
        ("IMG_2041 trainer city.jpg", "TRAINER", True),
        ("front_trainer_xl (2).jpg", "TRAINER", True),
    ],
)
def test_a_sku_that_is_a_word_is_proof_at_the_head_of_a_name_or_alone(name: str, sku: str, linked: bool) -> None:
    found = look(name, shop=[product(sku)])
    assert skus(found) == ({sku} if linked else set())
    assert linked or [link.sku for link in found.suggestions] == [sku]


def test_of_two_words_that_are_skus_the_first_is_no_surer() -> None:
    shop = [product("JACKET"), product("TROUSERS"), product("MH-01")]
    (conflict,) = look("jacket_trousers.jpg", shop=shop).conflicts
    assert conflict.skus == ("JACKET", "TROUSERS")
    assert skus(look("mh-01_on_trousers.jpg", shop=shop)) == {"MH-01"}
    assert skus(look("jacket.jpg", metadata={"keywords": ["trousers"]}, shop=shop)) == {"JACKET"}


def test_a_word_for_a_view_is_no_sku_unless_a_field_says_so() -> None:
    shop = [product("MAIN"), product("DETAIL")]
    assert look("main.jpg", "detail", shop=shop).says_nothing
    assert skus(look("main.jpg", metadata={"sku": "DETAIL"}, shop=shop)) == {"DETAIL"}


FORMER = [product("JUMPER-1", formerly=("PULLI-7",)), product("PULLI-8", formerly=("PULLI-7", "PULLI-6"))]


def test_a_file_is_found_by_what_its_product_was_called_before() -> None:
    found = look("pulli-7_front.jpg", shop=FORMER[:1])
    assert skus(found) == {"JUMPER-1"}
    assert found.links[0].evidence[0].detail == "“pulli-7” in the file name is what JUMPER-1 was called before"


def test_a_sku_that_is_in_use_means_its_bearer() -> None:
    assert skus(look("pulli-7.jpg", shop=[FORMER[0], product("PULLI-7")])) == {"PULLI-7"}
    torn = look("pulli-7.jpg", shop=FORMER)
    assert not torn.links and {one.sku for one in torn.suggestions} == {"JUMPER-1", "PULLI-8"}, "two were called so"


def test_one_name_of_two_products_is_a_question() -> None:
    found = look("ab-12c.jpg", shop=[product("AB12-C"), product("AB-12-C"), product("A-B12C")])
    assert found.links == () and len(found.suggestions) == 3


def test_the_literal_spelling_wins_over_a_glued_one() -> None:
    assert skus(look("ab-12c.jpg", shop=[product("AB-12C"), product("A-B12C")])) == {"AB-12C"}


def test_a_product_name_links_only_where_the_file_says_nothing_else() -> None:
    shop = [product("T-9000", name="Chaz Kangaroo Hoodie")]
    assert skus(look("Chaz_Kangaroo-Hoodie_front.jpg", shop=shop)) == {"T-9000"}
    found = look("our team in the chaz kangaroo hoodie.jpg", shop=shop)
    assert found.links == () and [link.sku for link in found.suggestions] == ["T-9000"]


def test_one_gtin_of_two_products_is_a_question() -> None:
    found = look(f"{GTIN}.jpg", shop=[product("ONE-1000", gtin=GTIN), product("TWO-2000", gtin=GTIN)])
    assert found.links == () and {link.sku for link in found.suggestions} == {"ONE-1000", "TWO-2000"}


def test_no_link_without_a_common_key() -> None:
    """What the service looks up by: whoever is linked shares a key, itself or through its family."""
    for name in ("mh01-gray_main.jpg", f"{GTIN}.jpg", "A1.jpg", "red_trainer.jpg", "mh02_gruen.jpg"):
        keys = asset_keys(name)
        families = {link.sku.split("-")[0] for link in look(name).links}
        found = {p.sku.split("-")[0] for p in SHOP if product_keys(p) & keys}
        assert families and families <= found


def test_keys_stay_few() -> None:
    big = model("MH01", ",".join(f"Colour {n}" for n in range(5)), sizes=" ".join(map(str, range(30, 40))))
    assert max(len(product_keys(p)) for p in big) <= 8
    assert "black" not in asset_keys("black_xl_main.jpg") and asset_keys("black_xl_main.jpg") <= {
        "=black",
        "=blackxl",
        "=blackxlmain",
    }
    assert len(asset_keys("A long name of many words for a picture of mh01-black, main view.jpg")) <= 100


@pytest.mark.parametrize(
    ("embedded", "beside", "place"),
    [
        ({"sku": "TRAINER-RED"}, {}, "embedded metadata"),
        ({}, {"sku": ["TRAINER-RED"]}, "folder's list"),
        ({"sku": "MH01-S-Gray"}, {"sku": ["TRAINER-RED"]}, "folder's list"),
        ({}, {"gtin": [GTIN]}, "folder's list"),
        ({}, {"gtin": GTIN}, "side-car"),
        ({}, {"product_id": "TRAINER-RED"}, "side-car"),
        ({}, {"title": "TRAINER-RED"}, "side-car or list beside it"),
    ],
)
def test_evidence_names_where_it_stands(embedded: dict[str, Any], beside: dict[str, Any], place: str) -> None:
    evidence = read_evidence("IMG_1.jpg", "", embedded, beside)
    (link,) = match(evidence, Catalogue(SHOP).candidates(evidence)).links
    assert link.sku == "TRAINER-RED" and f" in the {place} is " in link.evidence[0].detail


def test_two_pictures_of_a_list_are_one_main_and_one_back() -> None:
    told = {"a.jpg": "main", "b.jpg": "back"}
    for name, role in told.items():
        evidence = read_evidence(name, "", {}, {"sku": ["TRAINER-RED"], "role": role})
        (link,) = match(evidence, Catalogue(SHOP).candidates(evidence)).links
        assert link.role == role
        assert f"“{role}” in the folder's list is its role" in [reason.detail for reason in link.evidence]


def test_what_the_uploader_wrote_about_the_object_names_its_product_and_role() -> None:
    evidence = read_evidence("IMG_0042.jpg", uploaded={"sku": "TRAINER-RED", "role": "back"})
    found = match(evidence, Catalogue(SHOP).candidates(evidence))
    assert [(link.sku, link.role) for link in found.links] == [("TRAINER-RED", "back")]
    assert "in the object's metadata is SKU TRAINER-RED" in found.links[0].evidence[0].detail
    tagged = read_evidence(
        "IMG_0042.jpg", tagged={"shop:SKU": "TRAINER-RED", "role": "back"}, uploaded={"role": "side"}
    )
    (link,) = match(tagged, Catalogue(SHOP).candidates(tagged)).links
    assert (link.sku, link.role) == ("TRAINER-RED", "back")
    assert "in the object's tags is SKU TRAINER-RED" in link.evidence[0].detail
    listed = read_evidence("IMG_0042.jpg", beside={"sku": "A1"}, uploaded={"sku": "TRAINER-RED"})
    assert [link.sku for link in match(listed, Catalogue(SHOP).candidates(listed)).links] == ["A1"]


def test_the_answers_of_a_conflict_are_the_looks_that_are_named() -> None:
    (conflict,) = look("mh01-black_mh02-black.jpg").conflicts
    assert conflict.options == (
        ("MH01-L-Black", "MH01-M-Black", "MH01-S-Black", "MH01"),
        ("MH02-L-Black", "MH02-M-Black", "MH02-S-Black", "MH02"),
    )
    assert conflict.skus == tuple(sorted(sku for option in conflict.options for sku in option))
    told = {link.sku: (link.level, link.look) for link in conflict.links}
    assert told["MH01"] == ("model", (("color", "black"),)) and told["MH02-S-Black"] == (
        "product",
        (("color", "black"),),
    )


def test_a_family_of_a_conflict_that_contradicts_itself_too_has_an_answer_for_each_look() -> None:
    (conflict,) = look("mh01-s-black_mh01-s-gray_trainer-red.jpg").conflicts
    assert [option[0] for option in conflict.options] == ["MH01-L-Black", "MH01-L-Gray", "TRAINER-RED"]
