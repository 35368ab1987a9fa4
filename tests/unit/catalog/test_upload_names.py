"""What files are called that come by upload links: whatever strangers say, one name in the link's own folder."""

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.names import is_sidecar
from schemas.upload_link import UploadLink
from services.catalog.inbound.naming import NotTaken, names
from services.ingest.names import is_list, is_nothing


def link(**more: Any) -> UploadLink:
    fields = {"name": "Anna", "folder": "f", "types": ["image"], "files": 3, "megabytes": 1, "by": "b", "hash": "h"}
    return UploadLink.model_validate({**fields, "expires": datetime.now(UTC), **more})


def first(given: str, sku: str = "", role: str = "", **more: Any) -> str:
    return next(names(link(**more), given, sku, role))


@pytest.mark.parametrize(
    ("given", "called"),
    [
        ("shoe.JPG", "shoe.jpg"),
        ("../../other/shoe.jpg", "shoe.jpg"),
        ("..\\..\\shoe.jpg", "shoe.jpg"),
        ("a/b/", None),
        ("..", None),
        ("...jpg", "file.jpg"),
        (".jpg", None),
        ("._shoe.jpg", "_shoe.jpg"),
        ("shoe\n\x00<b>.jpg", "shoe-b.jpg"),
        ("x" * 500 + ".jpg", "x" * 80 + ".jpg"),
        ("grün äöü.jpg", "grün äöü.jpg"),
        ("packshot-report.csv", None),
        ("list.csv", None),
        ("shoe.jpg.xmp", None),
        ("shoe.jpg.part", None),
        ("run.exe", None),
        ("page.html", None),
        ("drawing.svg", None),
        ("film.mp4", None),
    ],
)
def test_a_name_stays_in_the_folder_and_is_of_the_links_types(given: str, called: str | None) -> None:
    if called is None:
        with pytest.raises(NotTaken):
            first(given)
        return
    found = first(given)
    assert found == called
    key = f"f/{found}"
    assert not is_nothing(key) and not is_list(key) and not is_sidecar(key)


def test_of_a_link_for_products_the_name_is_made_of_product_and_role() -> None:
    assert first("IMG_1.jpg", "RED-42", "back", skus=["RED-42"]) == "RED-42_back.jpg"
    for sku, role in (("BLUE", "back"), ("", "back"), ("RED-42", ""), ("RED-42", "../x")):
        with pytest.raises(NotTaken):
            first("IMG_1.jpg", sku, role, skus=["RED-42"])


def test_the_next_name_is_another() -> None:
    choice = names(link(), "shoe.jpg", "", "")
    assert [next(choice) for _ in range(3)] == ["shoe.jpg", "shoe_2.jpg", "shoe_3.jpg"]


def test_other_types_are_taken_where_they_are_wanted() -> None:
    assert first("film.mp4", types=["video", "document"]) == "film.mp4"
    with pytest.raises(NotTaken):
        first("shoe.jpg", types=["video"])
