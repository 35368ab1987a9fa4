"""Versions beside each other: what is compared of each."""

from typing import Any

from services.catalog.api.models import AssetWhole, FacetItem, VersionItem
from services.catalog.page.sides import NOTHING_MOVES, note, sides


def version(number: int, *presets: str, live: bool = False) -> VersionItem:
    made = [{"preset": one} | ({"page": int(one[5:])} if one.startswith("page-") else {}) for one in presets]
    facets = [FacetItem.model_construct(facet="renditions", status="done", data={"renditions": made})]
    return VersionItem.model_construct(version=number, live=live, facets=facets)


def asset(*versions: VersionItem, kind: str = "image") -> AssetWhole:
    return AssetWhole.model_construct(id="a", kind=kind, versions=list(versions))


def test_what_has_no_picture_is_not_compared() -> None:
    found = sides(asset(version(3), version(2, "web", "thumbnail"), version(1, "thumbnail", live=True)))
    assert [(one.version, one.live) for one in found] == [(2, False), (1, True)]
    assert found[0].picture.endswith("/web?version=2") and found[1].picture.endswith("/thumbnail?version=1")


def test_films_are_compared_where_both_are_made() -> None:
    made = asset(version(2, "web", "web-mp4"), version(1, "web", "web-mp4"), kind="video")
    films = [one.film.rpartition("/")[2] for one in sides(made)]
    assert films == ["web-mp4?version=2", "web-mp4?version=1"]
    assert note(made, sides(made)) == ""
    owed = asset(version(2, "web"), version(1, "web", "web-mp4"), kind="video")
    assert note(owed, sides(owed)) == "The film of version 2 is not made: beside it pictures are compared."


def test_pages_stand_in_their_order() -> None:
    (one,) = sides(asset(version(1, "web", *(f"page-{n}" for n in (10, 2, 1)))))
    assert [url.rpartition("/")[2] for url in one.pages] == [f"page-{n}?version=1" for n in (1, 2, 10)]


def test_of_models_it_says_that_pictures_are_compared() -> None:
    both: Any = asset(version(2, "web"), version(1, "web"), kind="model")
    assert note(both, sides(both)) == NOTHING_MOVES
