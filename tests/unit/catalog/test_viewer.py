"""The viewer of 3D models: what it is given to turn."""

from typing import Any

from services.catalog.api.models import AssetWhole, RenditionItem
from services.catalog.page.viewer import model


def made(preset: str, **more: Any) -> RenditionItem:
    about = {"channel": "webshop", "format": "glb", "width": 0, "height": 0, "bytes": 1, "recipe": "r"}
    return RenditionItem(preset=preset, url=f"/{preset}", **{**about, **more})


def asset(*renditions: RenditionItem) -> AssetWhole:
    return AssetWhole.model_construct(rendition_list=list(renditions))


def test_a_picture_is_not_turned() -> None:
    assert model(asset(made("web"))) is None


def test_it_has_a_poster_and_a_file_for_iphones_where_they_were_made() -> None:
    assert model(asset(made("model"))) == ("/model", None, None, None)
    assert model(asset(made("model"), made("web"), made("model-ios"))) == ("/model", "/model-ios", "/web", None)


def test_the_page_for_phones_is_named_where_the_world_reaches_it() -> None:
    found = model(asset(made("model", public="https://media.example.com/a/1/model.glb")))
    assert found and found.public == "https://media.example.com/a/1.html"
    near = model(asset(made("model", public="/a/1/model.glb")))
    assert near and near.public is None
