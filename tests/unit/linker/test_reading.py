"""Codes and text that were read in a picture are evidence, and gainsay a name that means another product."""

import pytest

from schemas.tags import Barcode, Line, TagsLaterFacet
from services.linker.catalogue import Catalogue
from services.linker.evidence import read_evidence
from services.linker.match import Match, match
from services.linker.reading import reading_keys, seen_in, with_reading
from tests.fakes.hoodies import BLACK, GTIN, SHOP, skus


def later(*codes: Barcode, text: str = "", sure: float = 0.97) -> TagsLaterFacet:
    lines = [Line(text=line, confidence=sure) for line in text.splitlines()]
    return TagsLaterFacet(barcodes=list(codes), text=lines)


EAN = Barcode(format="ean-13", text=GTIN, gtin=GTIN)


def look(name: str, seen: TagsLaterFacet) -> Match:
    evidence = with_reading(read_evidence(name), seen_in(seen))
    return match(evidence, Catalogue(SHOP).candidates(evidence))


@pytest.mark.parametrize(
    "code",
    [
        EAN,
        Barcode(format="code-128", text="0" + GTIN, gtin="0" + GTIN),
        Barcode(format="qr-code", text=f"https://id.example.com/01/0{GTIN}", gtin=f"0{GTIN}"),
        Barcode(format="code-128", text="TRAINER-RED"),
        Barcode(format="code-128", text="trainer_red"),
    ],
)
def test_a_code_names_its_product(code: Barcode) -> None:
    found = look("IMG_0042.jpg", later(code))
    assert skus(found) == {"TRAINER-RED"}
    (evidence,) = found.links[0].evidence
    assert evidence.kind == "barcode" and "in the barcode" in evidence.detail


def test_a_size_of_a_code_means_its_colour() -> None:
    found = look("IMG_0042.jpg", later(Barcode(format="code-128", text="MH01-M-Gray")))
    assert skus(found) == {"MH01-S-Gray", "MH01-M-Gray", "MH01-L-Gray"}


def test_text_that_says_the_sku_links_and_text_that_says_a_name_is_a_suggestion() -> None:
    assert skus(look("IMG_0042.jpg", later(text="Größe 42\nSKU: TRAINER-RED"))) == {"TRAINER-RED"}
    found = look("IMG_0042.jpg", later(text="DESSERT SET\nfor two\nDessert set"))
    assert not found.links
    assert [link.sku for link in found.suggestions] == ["CRÈME-BRÛLÉE-9"]
    assert "text in the picture" in found.suggestions[0].evidence[0].detail


@pytest.mark.parametrize(
    ("text", "sure"), [("TRAINER-RED", 0.5), ("A1", 0.99), ("123", 0.99), ("black gray S M L", 0.99)]
)
def test_what_says_too_little_is_no_evidence(text: str, sure: float) -> None:
    found = look("IMG_0042.jpg", later(text=text, sure=sure))
    assert not found.links and not found.suggestions and not found.conflicts


def test_an_address_names_no_article() -> None:
    assert reading_keys(seen_in(later(Barcode(format="qr-code", text="https://shop.example/TRAINER-RED")))) == set()


def test_a_name_and_a_code_that_agree_are_surer() -> None:
    alone, both = look("TRAINER-RED.jpg", later()), look("TRAINER-RED.jpg", later(EAN))
    assert both.links[0].confidence > alone.links[0].confidence
    assert {one.kind for one in both.links[0].evidence} == {"filename", "barcode"}


def test_a_name_and_a_code_that_differ_are_a_conflict() -> None:
    found = look("mh01-black_main.jpg", later(EAN))
    assert not found.links
    (conflict,) = found.conflicts
    assert set(conflict.skus) == {*BLACK, "MH01", "TRAINER-RED"}
    assert {one.kind for one in conflict.evidence} >= {"filename", "barcode"}


def test_another_colour_of_the_same_model_is_a_conflict_too() -> None:
    found = look("mh01-black_main.jpg", later(Barcode(format="code-128", text="MH01-M-Gray")))
    assert not found.links and found.conflicts
