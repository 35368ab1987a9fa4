"""Which names say that a file was given for a preset of an asset."""

import pytest

from schemas.own_file import GivenFor, given_for

ASSET = "6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"


@pytest.mark.parametrize(
    ("key", "preset"),
    [
        (f"autumn/studio/own-files/{ASSET}/web-m4k2.jpg", "web"),
        (f"own-files/{ASSET}/web-square-2x-m4k2.jpg", "web-square-2x"),
        (f"own-files/{ASSET}/web-m4k2", "web"),
    ],
)
def test_its_name_says_what_it_is_for(key: str, preset: str) -> None:
    assert given_for(key) == GivenFor(ASSET, preset)


@pytest.mark.parametrize(
    "key",
    [
        "autumn/TRAINER-RED_front.jpg",
        "own-files/web-m4k2.jpg",
        f"own-files/{ASSET}/web.jpg",
        f"own-files/{ASSET}/more/web-m4k2.jpg",
        f"my-own-files/{ASSET}/web-m4k2.jpg",
        f"own-files/{ASSET[1:]}/web-m4k2.jpg",
    ],
)
def test_every_other_file_is_a_picture_of_its_own(key: str) -> None:
    assert given_for(key) is None
