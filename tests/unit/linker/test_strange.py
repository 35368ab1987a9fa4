"""What a name says beside its product and nobody understands: another article, another size, an unknown view."""

import pytest

from services.linker.media import MediaLink, variant_media
from tests.fakes.hoodies import look, model, product, skus


@pytest.mark.parametrize("name", ["AC-1000-1001.jpg", "ac1000 1001 front.jpg", "AC_1000_1003.jpg"])
def test_a_second_number_that_is_an_article_too_is_asked_about(name: str) -> None:
    shop = [product("AC-1000"), product("AC-1001"), product("AC-1003")]
    found = look(name, shop=shop)
    assert found.links == () and "AC-1000" in found.conflicts[0].skus and len(found.conflicts[0].skus) == 2


def test_a_number_that_is_no_article_and_one_that_belongs_to_the_sku_are_not() -> None:
    assert skus(look("AC-1000-0042.jpg", shop=[product("AC-1000"), product("AC-1001")])) == {"AC-1000"}
    shop = [product("AC-1000"), product("AC-1001"), product("AC-1000-1001")]
    assert skus(look("AC-1000-1001.jpg", shop=shop)) == {"AC-1000-1001"}


@pytest.mark.parametrize(
    ("name", "skus_named"),
    [
        ("LAMP_A_B.jpg", "LAMP-A LAMP-B"),
        ("LAMP-A+B.jpg", "LAMP-A LAMP-B"),
        ("LAMP A und B front.jpg", "LAMP-A LAMP-B"),
        ("LAMP-A, B & C.jpg", "LAMP-A LAMP-B LAMP-C"),
        ("AC-TABLE-A-B.jpg", "AC-TABLE-A AC-TABLE-B"),
        ("CUP-9-10.jpg", "CUP-10 CUP-9"),
        ("CUP9_10.jpg", "CUP-10 CUP-9"),
        ("CUP-9+2.jpg", "CUP-2 CUP-9"),
        ("CUP 9 und 2.jpg", "CUP-2 CUP-9"),
        ("AB_12_34.jpg", "AB-12 AB-1234"),
        ("AB12-34_front.jpg", "AB-12 AB-1234"),
        ("JUG-RED-BLUE.jpg", "JUG-BLUE JUG-RED"),
    ],
)
def test_a_second_article_in_short_is_asked_about(name: str, skus_named: str) -> None:
    listed = "LAMP-A LAMP-B LAMP-C AC-TABLE-A AC-TABLE-B CUP-2 CUP-9 CUP-10 AB-12 AB-1234 JUG-RED JUG-BLUE"
    found = look(name, shop=[product(sku) for sku in listed.split()])
    assert found.links == () and " ".join(found.conflicts[0].skus) == skus_named


@pytest.mark.parametrize(
    ("name", "sku"),
    [
        ("CUP-9-2.jpg", "CUP-9"),
        ("CUP-9_02.jpg", "CUP-9"),
        ("CUP-9-11.jpg", "CUP-9"),
        ("LAMP-A_b2.jpg", "LAMP-A"),
        ("LAMP-A_c.jpg", "LAMP-A"),
        ("LAMP_A_back.jpg", "LAMP-A"),
        ("AB-12_3.jpg", "AB-12"),
        ("JUG-RED-L.jpg", "JUG-RED"),
        ("LAMP-A-B.jpg", ""),
    ],
)
def test_what_counts_pictures_or_is_no_article_is_no_second_one(name: str, sku: str) -> None:
    listed = "LAMP-A LAMP-B CUP-2 CUP-9 AB-12 AB-123 JUG-RED JUG-BLUE" if sku else "LAMP-B"
    assert skus(look(name, shop=[product(one) for one in listed.split()])) == ({sku} if sku else set())


def test_a_sku_in_another_order_among_other_words_waits_for_a_person() -> None:
    shop = [product("MUG-RED", name="Mug red"), product("MUG-RED-L", name="Mug red large")]
    assert skus(look("red mug front (2).jpg", shop=shop)) == {"MUG-RED"}
    for name in ("large red mug.jpg", "red mug XL.jpg"):
        found = look(name, shop=shop)
        assert found.links == () and "MUG-RED" in {one.sku for one in found.suggestions}


@pytest.mark.parametrize(
    "name", ["Kuechenstuhl-Oeland-gruen_02.jpg", "kuchenstuhl oland grün.jpg", "Küchenstuhl_Öland_gruen.jpg"]
)
def test_a_products_name_is_known_in_both_spellings_of_umlauts(name: str) -> None:
    axes = [{"color": "Grün"}, {"color": "Weiß"}]
    chairs = [product(f"4711-0{at}", parent="4711", name="Küchenstuhl Öland", axes=a) for at, a in enumerate(axes)]
    assert skus(look(name, shop=[product("4711", kind="model", name="Küchenstuhl Öland"), *chairs])) == {"4711-00"}


@pytest.mark.parametrize(
    ("name", "folder", "sku"),
    [
        ("Küche-01.jpg", "", "KUECHE-01"),
        ("KÜCHE_01_main.jpg", "", "KUECHE-01"),
        ("Ku\u0308che 01 (2).jpg", "", "KUECHE-01"),
        ("Größe-5.jpg", "", "GROESSE-5"),
        ("Müller-77.jpg", "", "MUELLER-77"),
        ("front.jpg", "Müller-77", "MUELLER-77"),
        ("77_front.jpg", "Müller", "MUELLER-77"),
        ("Tür.jpg", "", "TUER"),
    ],
)
def test_umlauts_in_the_file_name_mean_a_sku_in_plain_letters(name: str, folder: str, sku: str) -> None:
    shop = [product(one) for one in ("KUECHE-01", "GROESSE-5", "MUELLER-77", "TUER")]
    assert skus(look(name, folder, shop=shop)) == {sku}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("AC-1001_RS.jpg", "back"),
        ("AC-1001_VS.jpg", "front"),
        ("AC-1001 inside.jpg", "additional"),
        ("AC-1001_open_1.jpg", "additional"),
        ("AC-1001.jpg", "main"),
        ("summer AC-1001.jpg", "main"),
        ("AC-1001_final_v2.jpg", "main"),
        ("AC-1001_XL.jpg", "main"),
        ("AC-1001_schwarz.jpg", "main"),
    ],
)
def test_a_word_that_nobody_understands_is_no_main_picture(name: str, role: str) -> None:
    assert look(name, shop=[product("AC-1001")]).role.role == role


@pytest.mark.parametrize("name", ["mh01-grey.jpg", "mh01_blakc.jpg", "mh01-light-blue.jpg", "MH01-M-Gray.jpg"])
def test_a_colour_is_no_strange_word(name: str) -> None:
    assert look(name).role.role == "main"


def test_it_leads_where_the_product_has_no_other() -> None:
    inside = MediaLink("1", "additional", 0.97, name="AC-1001 inside.jpg")
    assert [one.role for one in variant_media([inside])] == ["main"]
    others = [MediaLink("2", "main", 0.97), inside]
    assert [(one.asset, one.role) for one in variant_media(others)] == [("2", "main"), ("1", "additional")]
    assert [one.role for one in variant_media([inside, MediaLink("2", "front", 0.97)])] == ["front", "additional"]


def test_a_sku_that_looks_like_a_measure_is_found_at_the_beginning() -> None:
    shop = [product("X12"), product("V20")]
    assert skus(look("X12.jpg", shop=shop)) == skus(look("x12_front (2).jpg", shop=shop)) == {"X12"}
    assert skus(look("v20.jpg", shop=shop)) == {"V20"}
    assert skus(look("poster x12.jpg", shop=shop)) == set()
    assert skus(look("mh01-gray_v20.jpg", shop=[*shop, *model("MH01", "Gray")])) >= {"MH01-S-Gray"}
