"""What a size is made of: the preset's own picture, as small as is enough; and that its name says all it depends on."""

from dataclasses import replace
from typing import Any

import pytest

from services.delivery.choose import File
from services.delivery.order import HEAVIEST, Basis, Focal, Order, format_of, order
from services.delivery.size import parse

CONTENT, OTHER = "ab" * 32, "cd" * 32
BASIS = Basis(CONTENT, "image/jpeg", 5_000_000, 4000, 3000)


def made(preset: str, format: str, width: int, shows: str = "whole", content: str = CONTENT, height: int = 0) -> File:
    ending = {"jpeg": "jpg"}.get(format, format)
    key = f"renditions/{content}/{preset}.{ending}"
    return File(preset, "webshop", format, key, preset, 1000, width, height or width * 3 // 4, False, shows)


FILES = (
    made("thumbnail", "webp", 320, "part"),
    made("web", "jpeg", 1200),
    made("web-webp", "webp", 1200),
    made("web-avif", "avif", 1200, "part"),
    made("zoom", "jpeg", 2048),
    made("print", "jpeg", 2400),
    made("print-cmyk", "tiff", 2400, "part"),
    made("square", "jpeg", 1080, "part", height=1080),
    made("own", "jpeg", 1500, "part", content=OTHER),
    made("animation", "webp", 800, ""),
)


def wanted(
    preset: str, size: str, format: str = "jpeg", basis: Basis = BASIS, files: tuple[File, ...] = FILES
) -> Order:
    found = order(files, preset, parse(size), format, basis)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("preset", "size", "source"),
    [
        ("web", "w300", "web"),
        ("web", "w600", "web"),
        ("web", "w601", "zoom"),
        ("web", "h450", "web"),
        ("web", "w1100", "print"),
        ("web", "w600,h600,fill", "zoom"),
        ("web", "w300,2x", "web"),
        ("web", "w1201", "original"),
        ("print", "w300", "web"),
        ("web", "w3000", "original"),
        ("thumbnail", "w100", "thumbnail"),
        ("thumbnail", "w800", "thumbnail"),
        ("square", "w4000", "square"),
        ("own", "w3000", "own"),
    ],
)
def test_what_a_size_is_made_of(preset: str, size: str, source: str) -> None:
    key = wanted(preset, size).files["input"].key
    assert key == f"originals/{CONTENT}" if source == "original" else f"/{source}." in key


def test_an_original_that_is_none_for_us_is_left() -> None:
    for basis in (
        Basis(),
        replace(BASIS, media_type="image/x-canon-cr2"),
        replace(BASIS, bytes=HEAVIEST + 1),
        replace(BASIS, sha256=OTHER),  # of a RAW that could not be read: the pictures are of the camera's JPEG
        replace(BASIS, width=2400),  # no larger than what there is
    ):
        assert "/print." in wanted("web", "w3000", basis=basis).files["input"].key
    assert wanted("web", "w3000").files["instead"].key.endswith("/print.jpg"), "should it be of inks after all"


def test_what_may_be_transparent_is_not_made_of_a_jpeg() -> None:
    drawn = replace(BASIS, media_type="image/png")
    assert "/web-webp." in wanted("web", "w300", "webp", drawn).files["input"].key
    assert wanted("web", "w1100", "webp", drawn).files["input"].key == f"originals/{CONTENT}"
    assert "/print." in wanted("web", "w1100", "jpeg", drawn).files["input"].key
    assert "/zoom." in wanted("web", "w1000,h1000,pad", "png", drawn).files["input"].key
    only = tuple(file for file in FILES if file.format == "jpeg")
    assert wanted("web", "w300", "png", drawn, only).files["input"].key == f"originals/{CONTENT}"


def test_of_what_has_no_still_picture_nothing_is_made() -> None:
    assert order(FILES, "animation", parse("w100"), "webp", BASIS) is None
    assert order(FILES, "none", parse("w100"), "webp", BASIS) is None
    assert order((), "web", parse("w100"), "webp", BASIS) is None


def test_a_name_says_all_that_the_bytes_depend_on() -> None:
    same = wanted("web", "w400")
    assert same.key.startswith(f"sizes/{CONTENT}/") and same.key.endswith(".jpg")
    assert wanted("web", "w200,2x").key == same.key == wanted("zoom", "w400,q82").key, "the same bytes have one name"
    others: list[Any] = [
        wanted("web", size) for size in ("w401", "h400", "w400,q81", "w400,h300,fill", "w400,h300,pad", "w1400")
    ]
    others += [wanted("web", "w400", format) for format in ("webp", "png", "avif")]
    others += [wanted("web", "w400,h300,fill", basis=replace(BASIS, focal=Focal(0.2, 0.3)))]
    keys = [one.key for one in (same, *others)]
    assert len(set(keys)) == len(keys)


def test_a_persons_point_counts_where_all_of_the_original_is_shown() -> None:
    pointed = replace(BASIS, focal=Focal(0.2, 0.3))
    assert wanted("web", "w400,h300,fill", basis=pointed).job["focal"] == [0.2, 0.3]
    for preset, size in (("web", "w400"), ("web", "w400,h300,fill,north"), ("square", "w400,h300,fill")):
        assert wanted(preset, size, basis=pointed).job["focal"] is None


def test_else_the_product_is_in_the_middle() -> None:
    stands = replace(BASIS, product=Focal(0.7, 0.5))
    assert wanted("web", "w400,h300,fill", basis=stands).job["focal"] == [0.7, 0.5]
    assert wanted("web", "w400,h300,fill", basis=replace(stands, focal=Focal(0.2, 0.3))).job["focal"] == [0.2, 0.3]
    for preset, size in (("web", "w400"), ("web", "w400,h300,fill,north"), ("square", "w400,h300,fill")):
        assert wanted(preset, size, basis=stands).job["focal"] is None


def test_the_format_is_what_was_asked_for_or_what_is_accepted() -> None:
    assert format_of("jpg", "image/webp") == "jpeg" and format_of("avif", "") == "avif"
    assert format_of("", "image/avif,image/webp,*/*") == "webp" and format_of("", "*/*") == "jpeg"
