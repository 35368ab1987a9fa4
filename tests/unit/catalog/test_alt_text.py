"""Facts → alternative text and caption: what is known is said in each language, and nothing else is."""

from typing import Any

import pytest

from services.catalog.alt_text import build, choose
from services.catalog.alt_text.facts import Facts, facts
from services.catalog.alt_text.localized import localized
from services.catalog.alt_text.phrases import _table, colour, languages

PACKSHOT = {"composition": {"kind": "packshot", "background": "pure white", "box": [0, 0, 1, 1]}}


def link(sku: str = "H-S", role: str = "back", name: str = "Chaz Hoodie-S-Black", **more: Any) -> dict[str, Any]:
    model = {"parent": "H", "model_name": "Chaz Hoodie", "model_attributes": {}}
    axes = {"color": "Black", "size": "S"}
    return {"sku": sku, "role": role, "name": name, "axes": axes, "attributes": {}, **model, **more}


def known(*links: dict[str, Any], labels: tuple[tuple[str, str], ...] = (), **facets: Any) -> Facts:
    found = [{"label": label, "confidence": 0.9, "source": source} for label, source in labels]
    tags = {**facets.pop("tags", {}), "labels": found}
    return facts(links, {"file": {"kind": "image"}, "tags": tags, **facets})


@pytest.mark.parametrize(
    ("language", "alt", "caption"),
    [
        ("en", "Chaz Hoodie, black, back view", "Chaz Hoodie, black. Back view, on a white background."),
        ("de", "Chaz Hoodie, schwarz, Rückansicht", "Chaz Hoodie, schwarz. Rückansicht, vor weißem Hintergrund."),
        ("fr", "Chaz Hoodie, noir, vue de dos", "Chaz Hoodie, noir. Vue de dos, sur fond blanc."),
        ("es", "Chaz Hoodie, negro, vista trasera", "Chaz Hoodie, negro. Vista trasera, sobre fondo blanco."),
        ("nl", "Chaz Hoodie, zwart, achteraanzicht", "Chaz Hoodie, zwart. Achteraanzicht, op een witte achtergrond."),
        ("it", "Chaz Hoodie, nero, vista posteriore", "Chaz Hoodie, nero. Vista posteriore, su sfondo bianco."),
    ],
)
def test_a_linked_product_in_each_language(language: str, alt: str, caption: str) -> None:
    found = known(link(), link("H-M", name="Chaz Hoodie-M-Black", axes={"color": "Black", "size": "M"}), tags=PACKSHOT)
    assert (build.alt(found, language).text, build.caption(found, language).text) == (alt, caption)


def test_every_phrase_is_in_every_language() -> None:
    assert languages() == ("en", "de", "fr", "es", "nl", "it")
    assert [key for key, cells in _table().items() if not all(all(forms) for forms in cells.values())] == []
    assert all(set(cells) == set(languages()) for cells in _table().values())


def test_of_what_nothing_is_known_nothing_is_said() -> None:
    for found in (Facts(), known(tags={"colours": [{"name": "red", "share": 1.0}], **PACKSHOT})):
        for made in (*choose.alts(found).values(), *choose.captions(found).values()):
            assert made == (None, None, "No product is linked, and no tag says what it shows.")


@pytest.mark.parametrize(("kind", "said"), [("document", False), ("model", False), ("image", True)])
def test_the_colour_of_a_page_is_not_its_products(kind: str, said: bool) -> None:
    seen = {"colours": [{"name": "white", "share": 1.0}], **PACKSHOT}
    found = known(link(role="manual", axes={"size": "S"}), tags=seen, file={"kind": kind})
    assert ("white" in str(build.alt(found, "en").text)) is said


def test_why_names_what_was_used() -> None:
    assert build.alt(known(link()), "en").why == ("Built from the linked product's name, its colour, the view “back”.")


@pytest.mark.parametrize("role", ["main", "additional", "lifestyle", "video"])
def test_a_role_that_is_no_view_is_not_said(role: str) -> None:
    assert build.alt(known(link(role=role)), "en").text == "Chaz Hoodie, black"


def test_roles_that_contradict_each_other_are_not_said() -> None:
    assert build.alt(known(link(), link("H-M", role="front")), "en").text == "Chaz Hoodie, black"
    assert build.alt(known(link(), link("H-M", role="main")), "en").text == "Chaz Hoodie, black, back view"


def test_a_detail_that_the_picture_itself_shows() -> None:
    found = known(link(role="main"), tags={"composition": {"kind": "packshot", "view": "detail"}})
    assert build.alt(found, "de").text == "Chaz Hoodie, schwarz, Detailansicht"


def test_only_what_all_variants_have_is_said() -> None:
    both = (link(), link("H-R", name="Chaz Hoodie, warm red", axes={"color": "Red", "size": "S"}))
    assert build.alt(known(*both), "en").text == "Chaz Hoodie, back view"


def test_the_look_of_a_link_to_a_model_is_its_colour() -> None:
    model = link("H", name="Chaz Hoodie", parent="", model_name="", axes={})
    told = {"links": [{"sku": "H", "look": [["color", "Black"]]}]}
    assert build.alt(known(model, links=told), "es").text == "Chaz Hoodie, negro, vista trasera"


def test_a_model_that_is_linked_beside_its_variants_takes_nothing_away() -> None:
    model = link("H", name="Chaz  Hoodie", parent="", model_name="", axes={})
    told = {"links": [{"sku": sku, "look": [["color", "black"]]} for sku in ("H", "H-S")]}
    found = known(model, link(), links=told)
    assert build.alt(found, "fr").text == "Chaz Hoodie, noir, vue de dos"
    assert "its colour" in build.alt(found, "fr").why


def test_a_variants_own_name_counts_where_it_says_more_and_no_colour_is_said_twice() -> None:
    found = known(link(name="Chaz Hoodie, reflective black"))
    assert build.alt(found, "en").text == "Chaz Hoodie, reflective black, back view"


def test_axes_that_can_be_seen_are_in_both_and_others_in_the_caption() -> None:
    found = known(
        link(name="", axes={"storage": "128 GB", "material": "Wool", "size": "S", "color": "Midnight Sparkle"})
    )
    assert build.alt(found, "fr").text == "Chaz Hoodie, Midnight Sparkle, Wool, vue de dos"
    assert build.caption(found, "fr").text == "Chaz Hoodie, Midnight Sparkle, Wool, 128 GB. Vue de dos."


def test_the_products_own_languages_come_first() -> None:
    names = {"name-de_DE": "Kapuzenpulli", "name-fr_FR-webshop": "Sweat à capuche", "description-de_DE": "…"}
    found = known(link(name="", model_name="", model_attributes=names, attributes={"color-de_DE": "Nachtschwarz"}))
    assert build.alt(found, "de").text == "Kapuzenpulli, Nachtschwarz, Rückansicht"
    assert build.alt(found, "fr").text == "Sweat à capuche, noir, vue de dos"
    assert build.alt(found, "it") == (None, None, "What it shows has no name in this language.")


@pytest.mark.parametrize("field", ["name-de", "name_de", "name[de-DE]", "Name (de)", "label-de_DE", "name-de_DE-shop"])
def test_where_pims_put_the_language(field: str) -> None:
    assert localized(("name", "label"), "x", {field: "Hut", "nickname_de": "y"}) == {"": "x", "de": "Hut"}


def test_a_tag_is_said_in_the_language_that_it_has() -> None:
    found = known(labels=(("black", "taught"), ("boot", "efficientnet")), tags=PACKSHOT)
    assert build.alt(found, "en").text == "Boot"
    assert build.alt(found, "de").text is None
    own = known(labels=(("Stiefel", "taught"), ("approved", "person")), tags={"composition": {}})
    assert [told.text for told in choose.alts(own).values()] == ["Stiefel"] * 6


def test_a_rejected_tag_and_what_only_a_person_noted_are_not_said() -> None:
    said = {"fields": {"tag:boot": "rejected", "tag:approved": "confirmed"}}
    assert build.alt(known(labels=(("boot", "m"),), curation=said), "en").text is None


@pytest.mark.parametrize(
    ("box", "share", "alt"), [(True, 0.8, "Boot, navy blue"), (True, 0.4, "Boot"), (False, 0.8, "Boot")]
)
def test_a_colour_that_was_seen_is_said_where_it_is_surely_the_products(box: bool, share: float, alt: str) -> None:
    composed = {"composition": {"kind": "packshot"} | ({"box": [0, 0, 1, 1]} if box else {})}
    found = known(labels=(("boot", "m"),), tags=composed | {"colours": [{"name": "navy blue", "share": share}]})
    assert build.alt(found, "en").text == alt


def test_people_are_a_flag_that_is_told_and_not_said() -> None:
    made = build.alt(known(link(), tags={"composition": {"kind": "lifestyle", "people": True}}), "en")
    assert made.text == "Chaz Hoodie, black, back view"
    assert "the text names none" in made.why


def test_several_products_are_listed_without_their_colours() -> None:
    other = [link(f"P{n}", parent="", model_name="", name=f"Hat {n}", role="lifestyle") for n in range(4)]
    assert build.alt(known(*other[:2]), "de").text == "Hat 0 und Hat 1"
    assert build.alt(known(*other), "it").text == "Hat 0, Hat 1, Hat 2 e altro"
    assert build.caption(known(*other[:1]), "en").text == "Hat 0, black. Lifestyle picture."


@pytest.mark.parametrize("name", ["Long winded " * 30, "x" * 400])
def test_a_long_name_is_cut_and_the_view_is_kept(name: str) -> None:
    text = build.alt(known(link(name=name, parent="", model_name="")), "de").text
    assert text and len(text) <= build.MOST
    assert text.endswith("…, schwarz, Rückansicht")


def test_a_colour_is_known_in_any_language() -> None:
    assert [colour("GREY", "de"), colour("weiss", "en"), colour("rossa", "nl")] == ["grau", "white", "rood"]


def test_people_come_before_lists_before_the_file_before_us() -> None:
    file: dict[str, Any] = {"kind": "image", "embedded": {"alt": "In the file", "description": "OLYMPUS"}}
    assert choose.alt(known(link(), file=file), "de")[:2] == ("In the file", "file")
    assert choose.caption(known(link(), file=file), "de")[:2] == ("Chaz Hoodie, schwarz. Rückansicht.", "built")
    file |= {"sidecar": {"alt": "In the list", "description": "Of the list"}}
    assert choose.alt(known(link(), file=file), "de")[:2] == ("In the list", "list")
    assert choose.caption(known(link(), file=file), "de")[:2] == ("Of the list", "list")
    said = known(link(), file=file, curation={"fields": {"alt:de": "Ich", "alt:pt-BR": "Eu"}})
    told = choose.alts(said)
    assert (told["de"][:2], told["pt-BR"][:2]) == (("Ich", "person"), ("Eu", "person"))
    assert told["en"][:2] == ("In the list", "list")
