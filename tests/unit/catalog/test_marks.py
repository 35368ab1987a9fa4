"""A mark on a rejected picture, where the page draws it."""

from types import SimpleNamespace
from typing import Any, cast

from services.catalog.api.models import AssetWhole
from services.catalog.page.marks import mark, reason

MEANT = {"left": 0.5, "top": 0.25, "width": 0.1, "height": 0.5}


def asset(said: Any, **made: Any) -> AssetWhole:
    """One of two versions; of the first, which was judged so, a web size of 400 x 200 was made."""
    web = {"preset": "web", "width": 400, "height": 200, **made}
    facets = [SimpleNamespace(data={}), SimpleNamespace(data={"renditions": [web]})]
    versions = [SimpleNamespace(version=2, facets=[]), SimpleNamespace(version=1, facets=facets)]
    return cast(AssetWhole, SimpleNamespace(id="a", curation={"approval:1": said}, versions=versions))


def test_it_lies_where_it_was_drawn() -> None:
    judged = asset({"reason": "Crooked.", "mark": MEANT})
    told = mark(judged, 1)
    assert told is not None
    assert (told.left, told.top, told.width, told.height, told.size) == (200, 50, 40, 100, (400, 200))
    assert told.url == "/v1/assets/a/renditions/web?version=1" and told.words.startswith("Marked: 50%")
    assert (reason(judged, 1), mark(judged, 2), reason(judged, 2)) == ("Crooked.", None, None)


def test_of_a_crop_only_the_part_is_shown() -> None:
    told = mark(asset({"reason": "x", "mark": MEANT}, window=[0.5, 0.0, 0.5, 1.0]), 1)
    assert told is not None
    assert (told.left, told.width, told.top, told.height) == (0, 80, 50, 100)


def test_without_a_mark_there_is_none() -> None:
    assert mark(asset({"reason": "x"}), 1) is None
    approved = asset("approved")
    assert (mark(approved, 1), reason(approved, 1)) == (None, None)
