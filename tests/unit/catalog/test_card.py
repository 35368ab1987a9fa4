"""What the grid shows of an asset."""

from typing import Any

import pytest

from services.catalog.card import Card, ProductWords, card, plain
from services.catalog.state import Seen


def seen(facet: str, data: dict[str, Any] | None = None, version: int = 1, status: str = "done") -> Seen:
    return Seen(facet, status, version=version, data=data or {})


FILE = {
    "sha256": "a" * 64,
    "bytes": 10,
    "kind": "image",
    "key": "autumn/RED_front.jpg",
    "arrived": "2026-11-23T09:00:00Z",
}
THUMB = {"renditions": [{"preset": "thumbnail", "key": "renditions/a/1.webp"}], "width": 40, "height": 30}
TAGS = {
    "labels": [{"label": "shoe", "confidence": 0.9}, {"label": "wig", "confidence": 0.4}],
    "colours": [{"name": "red"}, {"name": "red"}, {"name": "white"}],
}
LINKS = {
    "links": [{"sku": "RED", "role": "front", "confidence": 0.98}],
    "suggestions": [{"sku": "BLUE", "role": "front", "confidence": 0.5}],
}

PRODUCTS = {"RED": ProductWords("Trainer, red", "Shoes/Running"), "BLUE": ProductWords("Trainer, blue")}


def made(*facets: Seen, products: dict[str, ProductWords] | None = None) -> Card:
    found = card("asset", facets, products or {})
    assert found is not None
    return found


def test_nothing_is_shown_of_an_asset_without_a_version() -> None:
    assert card("asset", [seen("curation", version=0)], {}) is None


def test_the_card_of_a_picture() -> None:
    found = made(seen("file", FILE), seen("renditions.first", THUMB), seen("tags", TAGS), seen("links", LINKS))
    assert (found.name, found.folder, found.thumbnail) == ("RED_front.jpg", "autumn", "renditions/a/1.webp")
    assert (found.labels, found.colours, found.renditions) == (["shoe", "wig"], ["red", "white"], 1)
    assert [row.sku for row in found.linked] == ["RED"]


@pytest.mark.parametrize(
    ("second", "shown", "live_as"),
    [
        ([seen("file", FILE, 2, "refused")], 1, None),
        ([seen("file", {**FILE, "sha256": "b" * 64}, 2), seen("renditions.first", THUMB, 2)], 2, "a" * 64),
    ],
)
def test_what_the_shop_has_stays_beside_what_is_shown(second: list[Seen], shown: int, live_as: str | None) -> None:
    first = [seen("file", FILE), seen("renditions.first", {**THUMB, "width": 90}), seen("links", LINKS)]
    found = made(*first, *second, seen("head", {"live": 1, "newest": 2}, 0), products=PRODUCTS)
    assert (found.shown, found.live_as and found.live_as["sha256"]) == (shown, live_as)
    if found.live_as:
        kept = {name: found.live_as[name] for name in ("width", "skus", "roles")}
        assert kept == {"width": 90, "skus": ["RED"], "roles": ["front"]} and found.width == 40 and not found.linked


def test_only_what_was_photographed_has_a_quality() -> None:
    tags = seen("tags", {**TAGS, "quality": {"score": 31}})
    assert [made(seen("file", {**FILE, "kind": kind}), tags).quality for kind in ("image", "video")] == [31, 31]
    assert [made(seen("file", {**FILE, "kind": kind}), tags).quality for kind in ("document", "model")] == [None, None]


@pytest.mark.parametrize(
    ("tags", "later", "background"),
    [
        ({"composition": {"background": "pure white"}}, {}, "pure white"),
        ({"composition": {"background": "plain"}}, {"composition": {"background": "scene"}}, "scene"),
        ({"background": "white"}, {}, "white"),  # as records of old say it
        ({"background": "white", "composition": {"background": "near white"}}, {}, "near white"),
        ({}, {}, ""),
    ],
)
def test_what_lies_behind_is_said_by_the_composition(
    tags: dict[str, object], later: dict[str, object], background: str
) -> None:
    assert made(seen("file", FILE), seen("tags", tags), seen("tags.later", later)).background == background


def test_what_the_second_wave_read_is_searched() -> None:
    later = {
        "barcodes": [{"format": "upc-a", "text": "036000291452", "gtin": "036000291452"}],
        "text": [{"text": "Oat"}],
    }
    found = made(seen("file", FILE), seen("tags", TAGS), seen("tags.later", later))
    assert "036000291452" in found.words[0] and "oat" in found.words[3]


def test_people_stand_above_machines() -> None:
    fields = {
        "tag:wig": "rejected",
        "tag:boot": "confirmed",
        "link:RED": "rejected",
        "link:BLUE": "confirmed",
        "link:X": "linked",
    }
    said = seen("curation", {"fields": fields}, version=0)
    found = made(seen("file", FILE), seen("tags", TAGS), seen("links", LINKS), said)
    assert found.labels == ["boot", "shoe"]
    assert {(row.sku, row.standing) for row in found.links} == {
        ("RED", "rejected"),
        ("BLUE", "confirmed"),
        ("X", "confirmed"),
    }


def test_a_rejected_link_that_the_linker_no_longer_finds_is_not_shown() -> None:
    said = seen("curation", {"fields": {"link:GONE": "rejected"}}, version=0)
    assert made(seen("file", FILE), seen("links", {}), said).links == []


def test_the_live_version_is_shown_until_its_successor_has_a_picture() -> None:
    first = [seen("file", FILE), seen("renditions.first", THUMB), seen("head", {"live": 1, "newest": 1}, version=0)]
    assert made(*first, seen("file", FILE, version=2)).shown == 1
    assert made(*first, seen("file", FILE, version=2), seen("renditions.first", THUMB, version=2)).shown == 2
    assert made(*first, seen("file", FILE, version=2)).standing.state == "working"


def test_the_head_may_wait_for_a_person() -> None:
    head = seen("head", {"live": 1, "newest": 2, "state": "waiting"}, version=0)
    assert made(seen("file", FILE), seen("file", FILE, version=2), head).standing.state == "waiting"
    assert (
        made(seen("file", FILE), seen("file", FILE, version=2), seen("file", FILE, version=3), head).standing.state
        == "working"
    )


def test_words_hold_the_names_of_linked_products() -> None:
    found = made(seen("file", FILE), seen("links", LINKS), products=PRODUCTS)
    assert "trainer red" in found.words[1]
    assert "blue" not in " ".join(found.words)


def test_it_is_found_by_what_is_said_of_it() -> None:
    file = {**FILE, "embedded": {"keywords": ["summer sale", "42"]}}
    curation = seen("curation", {"fields": {"tag:wig": "rejected", "alt:de": "Ein roter Schuh"}}, version=0)
    found = made(seen("file", file), seen("tags", TAGS), seen("links", LINKS), curation, products=PRODUCTS)
    told = ["shoe", "red shoe", "Trainer, red", "Running", "summer sale", "Ein roter Schuh"]
    assert found.phrases == told


def test_a_view_that_was_seen_is_found_where_no_name_says_one() -> None:
    links = {"links": [{"sku": "RED", "role": "main", "confidence": 0.98}]}
    tags = {**TAGS, "composition": {"view": "back", "view_confidence": 0.9}}
    assert "back" in made(seen("file", FILE), seen("tags", tags), seen("links", links)).words[2].split()
    assert "back" not in made(seen("file", FILE), seen("tags", tags), seen("links", LINKS)).words[2].split()


def test_names_become_words() -> None:
    assert plain("MH01-black_main.jpg") == "mh01 black main jpg"
    assert plain("Überzug_Ü1") == "überzug ü1"
