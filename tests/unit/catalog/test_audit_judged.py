"""What the audit asks of a picture and SQL cannot tell."""

from typing import Any

from services.catalog.audits.judged import Called, judged
from services.catalog.curation import LinkRow

BOX = [0.2, 0.2, 0.6, 0.6]
RED = {"name": "red", "hex": "#c01020", "share": 0.8}
MUG = {"MUG": Called("Mug", "")}


def link(role: str = "main", sku: str = "MUG", standing: str = "linked") -> LinkRow:
    return LinkRow(sku, role, 0.9, standing, [])


def of(
    tags: dict[str, Any] | None = None, later: dict[str, Any] | None = None, products: Any = MUG, **more: Any
) -> dict[str, Any]:
    seen = {"composition": {"box": BOX}, **(tags or {})}
    return judged(
        more.get("file", {}), seen, later or {}, more.get("links", [link()]), products, more.get("fields", {})
    )


def test_of_a_sound_picture_there_is_nothing_to_say() -> None:
    assert of() == {}


def test_a_text_may_come_from_a_name_a_person_or_the_file() -> None:
    nameless = {"MUG": Called("", "")}
    assert of(products=nameless) == {"no_alt": True}
    assert of(products=nameless, fields={"alt:en": "A mug"}) == {"speaks": ["en"]}
    assert of(products=nameless, file={"embedded": {"alt": "A mug"}}) == {"speaks": ["*"]}
    assert of(products={}) == of(products=nameless, links=[link(standing="suggested")]) == {}


def test_in_which_languages_there_is_a_text() -> None:
    named = {"MUG": Called("Becher", languages=("de", "fr"))}
    assert of(products=named, fields={"alt:pt-BR": "Caneca"}) == {"speaks": ["de", "fr", "pt"]}


def test_how_far_a_colour_is_and_what_it_looks_like() -> None:
    found = of({"colours": [RED]}, products={"MUG": Called("Mug", "Blue")})
    assert found["colour"]["said"] == "Blue" and found["colour"]["apart"] > 0.15
    assert {"red", "rot", "rouge"} <= set(found["colour"]["like"]) and "blue" not in found["colour"]["like"]
    right = of({"colours": [RED]}, products={"MUG": Called("Mug", "Red")}).get("colour", {"apart": 0, "like": []})
    assert right["apart"] < 0.05 and right["like"] == []


def test_the_largest_colour_says_what_it_looks_like() -> None:
    grey = {"name": "gray", "hex": "#707070", "share": 0.2}
    found = of({"colours": [RED, grey]}, products={"MUG": Called("Mug", "Gray"), "POT": Called("", "")})["colour"]
    assert found["apart"] == 0 and found["off"] > 0.15 and "red" in found["like"]


def test_several_colours_that_are_said_are_none() -> None:
    both = [link(), link(sku="CUP")]
    products = {"MUG": Called("Mug", "Red"), "CUP": Called("Cup", "Blue")}
    assert "colour" not in of({"colours": [RED]}, products=products, links=both)


def test_the_shade_is_that_of_what_is_most_of_the_product() -> None:
    assert len(of({"colours": [RED]})["shade"]) == 3
    assert "shade" not in of({"colours": [{**RED, "share": 0.2}]})
    assert "shade" not in of({"colours": [RED], "composition": {}})


def test_writing_counts_beside_the_product_where_it_reads_as_such() -> None:
    line = {"text": "SALE", "confidence": 0.95, "box": [0.0, 0.0, 0.1, 0.05]}
    assert of(later={"text": [line]}) == {"laid_over": "SALE"}
    for other in ({"box": [0.4, 0.4, 0.1, 0.05]}, {"confidence": 0.5}, {"text": "1 %"}):
        assert of(later={"text": [{**line, **other}]}) == {}


def test_a_view_speaks_against_roles_that_never_show_it() -> None:
    back = {"composition": {"box": BOX, "view": "back", "view_confidence": 0.95}}
    assert of(back) == {"seen": "back"}
    assert of(back, links=[link("back")]) == of(back, links=[link("additional")]) == of(back, links=[]) == {}
    assert of(back, links=[link("main"), link("back", "CUP")]) == {}
    assert of({"composition": {"box": BOX, "view": "back", "view_confidence": 0.6}}) == {}
