"""Which file answers a wish."""

import pytest

from services.delivery.choose import File, Wish, chosen, takes

BROWSER = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"


def made(preset: str, format: str, width: int, height: int, size: int = 100, channel: str = "webshop") -> File:
    ending = {"jpeg": "jpg"}.get(format, format)
    return File(preset, channel, format, f"renditions/s/{preset}.{ending}", preset * 20, size, width, height, False)


FILES = (
    made("thumbnail", "webp", 320, 240, 10, "thumbnail"),
    made("thumbnail-jpeg", "jpeg", 320, 240, 15, "thumbnail"),
    made("web", "jpeg", 1200, 900, 90),
    made("web-webp", "webp", 1200, 900, 70),
    made("web-avif", "avif", 1200, 900, 50),
    made("card", "jpeg", 600, 600, 30),
    made("card-2x", "jpeg", 1200, 1200, 60),
    made("mobile-480", "webp", 480, 360, 20, "mobile"),
    made("mobile-480-jpeg", "jpeg", 480, 360, 25, "mobile"),
    made("square", "jpeg", 1080, 1080, 80, "social"),
    made("print-cmyk", "tiff", 2400, 1800, 9000, "print"),
)


@pytest.mark.parametrize(
    ("wish", "preset"),
    [
        (Wish("web", "jpg", ""), "web"),
        (Wish("web", "jpeg", ""), "web"),
        (Wish("web", "webp", ""), "web-webp"),
        (Wish("web", "avif", "*/*"), "web-avif"),
        (Wish("web-webp", "webp", ""), "web-webp"),
        (Wish("print-cmyk", "tif", ""), "print-cmyk"),
        (Wish("web", "", BROWSER), "web-avif"),
        (Wish("web", "", "image/webp,*/*"), "web-webp"),
        (Wish("web", "", "image/avif;q=0, image/webp"), "web-webp"),
        (Wish("web", "", "*/*"), "web"),
        (Wish("web", "", ""), "web"),
        (Wish("thumbnail", "", "image/*"), "thumbnail-jpeg"),
        (Wish("card", "jpg", "", density=2), "card-2x"),
        (Wish("card", "", BROWSER, density=3), "card-2x"),
        (Wish("card-2x", "", BROWSER), "card-2x"),
        (Wish("web", "jpg", "", density=2), "web"),
        (Wish("web", "", BROWSER, width=300), "thumbnail"),
        (Wish("web", "", BROWSER, width=321), "mobile-480"),
        (Wish("web", "jpg", "", width=321), "mobile-480-jpeg"),
        (Wish("web", "jpg", "", width=481), "web"),
        (Wish("mobile-480", "", "*/*"), "mobile-480-jpeg"),
        (Wish("web", "", BROWSER, width=320, density=2), "web-avif"),
        (Wish("web", "", BROWSER, width=5000), "web-avif"),
        (Wish("card", "jpg", "", width=700), "card-2x"),
        (Wish("square", "", BROWSER, width=100), "square"),
        (Wish("web", "png", BROWSER), None),
        (Wish("none", "", BROWSER), None),
        (Wish("print-cmyk", "", BROWSER), "print-cmyk"),
    ],
)
def test_which_file_answers(wish: Wish, preset: str | None) -> None:
    found = chosen(FILES, wish)
    assert (found and found.preset) == preset


def test_who_takes_everything_does_not_name_a_format() -> None:
    assert takes(BROWSER, "avif") and takes("image/webp; q=0.5", "webp")
    assert not any(takes(accept, "avif") for accept in ("*/*", "image/*", "", "image/avif;q=0.0", "text/html"))
