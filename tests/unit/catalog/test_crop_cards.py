"""Which shapes the crop view shows, and of what."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.catalog.api.models import AssetWhole, RenditionItem
from services.catalog.page.crop_cards import Base, cards

SEEN = {"left": 0.25, "top": 0.0, "width": 0.5, "height": 1.0}


def made(preset: str, width: int, height: int, **more: Any) -> RenditionItem:
    about = {"preset": preset, "channel": "webshop", "format": "jpeg", "width": width, "height": height}
    return RenditionItem.model_validate({**about, "bytes": 9, "recipe": "ab", "url": f"/v1/x/{preset}?v=1", **more})


def asset(*renditions: RenditionItem, **curation: Any) -> AssetWhole:
    """What the view looks at of one of 1200 x 800."""
    about = {"id": "a", "shown": 1, "width": 1200, "height": 800, "original": "/o", "media_type": "image/jpeg"}
    return cast(AssetWhole, SimpleNamespace(**about, rendition_list=list(renditions), curation=curation))


WEB, SMALL = made("web", 900, 600), made("thumbnail", 320, 213)
SQUARE = made("square", 500, 500, window=[0.1667, 0, 0.6667, 1])
SCREEN = made("screen", 960, 540)


def test_shapes_of_their_own_are_shown_and_others_are_one() -> None:
    found = cards(
        asset(WEB, SMALL, SQUARE, SCREEN, made("page-1", 300, 500, page=1), made("film", 160, 90, format="mp4"))
    )
    assert found is not None
    assert [(one.preset, one.mode) for one in found.shapes] == [("square", "fill"), ("screen", "pad")]
    assert found.plain == ["web", "thumbnail"]
    assert found.base == Base("/v1/x/web?v=1", [0.0, 0.0, 1.0, 1.0])


def test_each_card_says_what_its_preset_does() -> None:
    told = [
        made("web", 900, 600, mode="fit"),
        made("square", 600, 600, mode="fill"),  # on a sheet: a cut would harm the product
        made("wide", 900, 600, mode="fill"),
        made("card", 600, 600, mode="pad"),
        made("sheet", 900, 600, mode="pad"),
        made("poster", 300, 500, mode="fill"),
    ]
    found = cards(asset(*told, **{"file:poster": "a file of its own"}))
    assert found is not None
    assert [(one.preset, one.mode, one.sheet) for one in found.shapes] == [
        ("square", "fill", True),
        ("wide", "fill", False),
        ("card", "pad", True),
        ("sheet", "pad", False),
    ]
    assert (found.plain, found.own) == (["web"], ["poster"])


def test_what_follows_a_crop_that_is_not_made_yet_is_no_shape_of_its_own() -> None:
    waiting = cards(asset(made("web", 900, 600, mode="fit"), made("small", 320, 213), crop=SEEN))
    assert waiting is not None
    assert (waiting.plain, [one.preset for one in waiting.shapes]) == (["web"], ["small"])


def test_what_a_person_has_cropped_has_a_card() -> None:
    own = made("web", 450, 600, window=[0.25, 0, 0.5, 1])
    found = cards(asset(own, SMALL, **{"crop:web": SEEN}))
    assert found is not None
    assert [(one.preset, one.mode, one.crop) for one in found.shapes] == [("web", "fill", SEEN)]
    assert found.base.url == "/v1/x/thumbnail?v=1"
    assert found.told(asset(own, crop=SEEN))["crop"] == SEEN


@pytest.mark.parametrize(
    ("media_type", "base"),
    [("image/jpeg", Base("/o", [0, 0, 1, 1])), ("image/tiff", Base("/v1/x/web?v=1&recipe=ab", [0.25, 0, 0.5, 1]))],
)
def test_where_all_is_cropped_the_original_is_looked_at(media_type: str, base: Base) -> None:
    cropped = asset(made("web", 450, 600, window=[0.25, 0, 0.5, 1]), crop=SEEN)
    cropped.media_type = media_type
    found = cards(cropped)
    assert found is not None
    assert (found.base, found.shapes, found.plain) == (base, [], ["web"])


def test_without_a_picture_there_is_nothing_to_crop() -> None:
    assert cards(asset(made("page-1", 300, 500, page=1))) is None
