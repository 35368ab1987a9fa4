"""The page's pure parts: words, facets, looks, keys of uploads."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.catalog import by_shots
from services.catalog.api.models import AssetWhole, SameItem
from services.catalog.api.models_products import MediaOf, ProductWhole, VariantItem
from services.catalog.api.uploads import checked_key
from services.catalog.page import facets, looks, original, seen, words
from services.catalog.queries.facets import Count
from services.catalog.queries.filters import Filters
from services.catalog.queries.products import holes

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 B"), (999, "999 B"), (1536, "1.5 kB"), (2_481_244, "2.5 MB"), (7_000_000_000, "7.0 GB")]
)
def test_sizes(count: int, text: str) -> None:
    assert words.size(count) == text


def test_what_was_saved() -> None:
    assert [words.saved(count) for count in (None, 0, 1536, -2_481_244)] == ["", "0 B", "1.5 kB", "2.5 MB more"]


def test_facts_of_originals_are_told_in_units() -> None:
    assert original.told({}) == []
    assert original.told({"document": {"pages": 1200, "made": 50, "title": ""}}) == [("Pages", "1,200")]
    chair = {"size_m": [0.42, 1.1, 0.4512], "triangles": 48210, "meshes": 1, "materials": 2, "textures": 0}
    assert original.told({"model": {**chair, "validator": {"errors": 0, "warnings": 1}}}) == [
        ("Width × height × depth", "0.42 × 1.1 × 0.451 m"),
        ("Triangles", "48,210"),
        ("Made of", "1 part, 2 materials"),
        ("Validator", "0 errors, 1 warning"),
    ]
    assert original.lengths([0.03, 0.125, 0.02]) == "3 × 12.5 × 2 cm"
    film = {"seconds": 125.2, "codec": "h264", "audio_codec": "", "located": False}
    assert original.told({"video": film}) == [("Length", "2 min 5 s"), ("Film", "h264, silent")]


def test_a_film_is_told_by_its_shots() -> None:
    rung = {
        "by_shots": {
            "shots": [{"start": 0.0, "end": 3.2, "picture": "a.jpg"}, {"start": 4.2, "end": 5.0}],
            "black": [{"start": 3.2, "end": 4.2}],
            "silent": True,
        }
    }
    bag = {"label": "bag", "confidence": 0.8}
    tags = {
        "shots": [{"start": 0.0, "end": 3.2, "labels": [bag], "people": True}],
        "labels": [bag],
        "composition": {"people": True, "faces": 1},
    }
    film = {"codec": "h264", "audio_codec": "aac"}
    assert by_shots.facts(film, {}, {}) == film
    assert original.told({"video": by_shots.facts(film, rung, tags)}) == [
        ("Film", "h264, aac, silent"),
        ("Shots", "0.0 s to 3.2 s bag; 4.2 s to 5.0 s"),
        ("Black", "3.2 s to 4.2 s"),
        ("People", "somebody may be seen, 1 face at most at a time"),
    ]


def test_a_picture_is_told_by_its_setting_place_and_quality() -> None:
    composed = {"kind": "lifestyle", "box": [0.2, 0.1, 0.6, 0.8], "share": 0.31, "touches": ["top", "left"]}
    more = {"cut_off": ["top"], "view": "back", "view_confidence": 0.87, "people": True, "faces": 2}
    known = AssetWhole.model_construct(
        composition={**composed, **more}, quality_parts={"sharpness": 97, "cast": 100}, detail={"fine": 12}, facts={}
    )
    assert seen.seen(known) == [
        ("Quality is made of", "sharpness 97, cast 100"),
        ("Fine detail", "12 of 100 (low: enlarged or soft)"),
        ("Setting", "lifestyle"),
        ("View", "back, 87 % sure"),
        ("The product's box", "60 % × 80 %, 20 % from the left, 10 % from the top"),
        ("The product's share", "31 % of the picture"),
        ("Touches the edge", "top, left"),
        ("Cut off", "top"),
        ("People", "somebody may be seen, 2 faces"),
    ]


@pytest.mark.parametrize(
    ("composed", "film", "told"),
    [
        ({"people": False}, {}, [("People", "nobody is seen")]),
        ({"people": True}, {}, [("People", "somebody may be seen")]),
        ({}, {}, []),
        ({"people": False}, {"people": True, "faces": 1}, []),  # a film's own facts tell of all its shots
    ],
)
def test_people_are_told_where_it_is_known(
    composed: dict[str, Any], film: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    facts = {"video": film} if film else {}
    known = AssetWhole.model_construct(composition=composed, quality_parts={}, detail={}, facts=facts)
    assert seen.seen(known) == told


def test_what_failed_is_named_in_words() -> None:
    assert [words.part_name(step) for step in ("mask", "imagenet-lite2")] == [
        "cutting the product out",
        "the model imagenet-lite2",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (7200, "2 h ago"),
        (86400 * 3, "3 d ago"),
        (86400 * 40, "14 Oct 2026"),
    ],
)
def test_times(seconds: int, text: str) -> None:
    assert words.ago(NOW - timedelta(seconds=seconds), NOW) == text


def test_a_facet_toggles_its_own_filter_only() -> None:
    filters = Filters(text="red hoodie", state=("ready",), label=("shoe", "boot"))
    assert facets.toggled(filters, "label", "shoe") == "/?q=red+hoodie&state=ready&label=boot"
    assert facets.toggled(filters, "colour", "red") == "/?q=red+hoodie&state=ready&label=shoe&label=boot&colour=red"
    assert facets.toggled(Filters(folder="a"), "folder", "a") == "/"


def test_a_set_filter_is_shown_though_nothing_matches_it() -> None:
    made = facets.groups(Filters(colour=("pink",)), {"colour": [Count("red", 3)]})
    assert [(c.value, c.assets, c.on) for c in made[0].choices] == [("red", 3, False), ("pink", 0, True)]


def variant(sku: str, colour: str, size: str, *shown: tuple[str, str]) -> VariantItem:
    media = [MediaOf(asset_id=a, name=a, role=r, confidence=1, inherited=False, thumbnail=None) for a, r in shown]
    return VariantItem(
        sku=sku, name=sku, gtin="", axes={"color": colour, "size": size}, main=None, media=media, missing=[]
    )


def test_sizes_of_one_colour_are_one_look() -> None:
    variants = [
        variant("B-S", "Black", "S", ("1", "main")),
        variant("B-M", "Black", "M", ("1", "main")),
        variant("G-S", "Gray", "S"),
        variant("R-S", "Red", "S"),
    ]
    whole = ProductWhole(
        sku="X",
        name="X",
        kind="model",
        gtin="",
        category="",
        parent="",
        status="active",
        attributes={},
        variants=variants,
    )
    found = looks.looks(whole)
    assert [(look.title, look.details) for look in found] == [("Black", "S, M"), ("Gray · S", ""), ("Red · S", "")]


def test_holes_are_main_and_what_a_sibling_has() -> None:
    assert holes({"A": {"main", "back"}, "B": {"main"}, "C": set()}) == {"A": [], "B": ["back"], "C": ["main", "back"]}


@pytest.mark.parametrize(
    "bad", ["", "/a.jpg", "a//b.jpg", "../a.jpg", "a/../b", "a\\b", "a\nb", "a\0b", "x" * 901, "a/"]
)
def test_names_that_uploads_do_not_take(bad: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        checked_key(bad)


def test_names_are_composed_as_other_doors_write_them() -> None:
    assert checked_key(" autumn/u\u0308ber.jpg ") == "autumn/über.jpg"


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"same_bytes": True, "mirrored": False, "shared": 1}, "the same bytes"),
        ({"same_bytes": False, "mirrored": False, "shared": 0.99}, "another file"),
        ({"same_bytes": False, "mirrored": True, "shared": 1}, "the mirror image"),
        ({"same_bytes": False, "mirrored": True, "shared": 0.493}, "the mirror image, 49 % in common"),
    ],
)
def test_what_two_files_have_in_common(told: dict[str, Any], text: str) -> None:
    assert words.in_common(SameItem.model_construct(**told)) == text


def test_only_what_people_would_say_explains_what_was_found() -> None:
    read = "8 1. cotisations sociales 4)"
    assert facets.sayable(["trail shoe", read, "Schuhe für Männer", "a" * 41]) == ["trail shoe", "Schuhe für Männer"]
