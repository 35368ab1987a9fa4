"""The large part of an asset's page: by which files it grows sharp."""

from typing import Any

from services.catalog.api.models import AssetWhole, RenditionItem
from services.catalog.page.stage import LARGEST_ORIGINAL, stage


def made(preset: str, width: int, **more: Any) -> RenditionItem:
    about = {"channel": "webshop", "format": "jpeg", "height": width, "bytes": 1, "recipe": f"{preset}-recipe"}
    return RenditionItem(preset=preset, width=width, url=f"/{preset}", **{**about, **more})


def asset(*renditions: RenditionItem, **more: Any) -> AssetWhole:
    about = {"kind": "image", "media_type": "image/jpeg", "bytes": 9, "width": 4000, "height": 3000, "shown": 2}
    return AssetWhole.model_construct(
        rendition_list=list(renditions), **{"newest": 2, "original": "/original", **about, **more}
    )


THREE = (made("thumbnail", 320), made("web", 1200), made("zoom", 2048))


def test_it_begins_with_the_web_size_and_ends_with_the_original() -> None:
    found = stage(asset(*THREE))
    assert found.ladder == [("/web", 1200), ("/zoom", 2048), ("/original", 4000)]
    assert (found.width, found.height) == (4000, 3000)


def test_a_thumbnail_is_better_than_nothing() -> None:
    assert [rung.url for rung in stage(asset(THREE[0], width=320)).ladder] == ["/thumbnail"]
    assert stage(asset()).ladder == []


def test_an_original_that_browsers_do_not_show_is_not_loaded() -> None:
    for other in ({"media_type": "image/tiff"}, {"kind": "video"}, {"bytes": LARGEST_ORIGINAL + 1}, {"newest": 3}):
        assert "/original" not in [rung.url for rung in stage(asset(*THREE, **other)).ladder], other


def test_of_a_cropped_picture_the_whole_original_is_not_shown() -> None:
    found = stage(asset(made("web", 1200, window=[0.1, 0.1, 0.5, 0.5])))
    assert [rung.url for rung in found.ladder] == ["/web"] and (found.width, found.height) == (0, 0)


def test_it_is_another_stage_when_it_was_made_anew() -> None:
    assert stage(asset(*THREE)).key == stage(asset(*THREE)).key
    assert stage(asset(*THREE)).key != stage(asset(*THREE[:2], made("zoom", 2048, recipe="other"))).key
