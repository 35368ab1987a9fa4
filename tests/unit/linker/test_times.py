"""Pictures that phones and messengers name by day and time, where SKUs have six digits."""

import pytest

from services.linker.times import is_stamp, without_times
from tests.fakes.hoodies import look, product, skus


@pytest.mark.parametrize(
    "name",
    [
        "20240101_123456.jpg",
        "20240101_123456(1).jpg",
        "20240101_123456_HDR.jpg",
        "20240101_123456789.jpg",
        "IMG_20240101_123456.jpg",
        "VID_20240101_123456.mp4",
        "P_20240101_123456_vHDR_Auto.jpg",
        "Screenshot_20240101-123456_Instagram.jpg",
        "Screenshot_2024-01-01-12-34-56.png",
        "signal-2024-01-01-123456.jpg",
        "signal-2024-01-01-123456_002.jpg",
        "2024-01-01 123456.jpg",
        "2024-01-01 12.34.56.jpg",
        "01.01.2024 123456.jpg",
        "WhatsApp Image 2024-01-01 at 12.34.56.jpeg",
        "WhatsApp Bild 2024-01-01 um 12.34.56 (1).jpeg",
        "IMG-20240101-WA0001.jpg",
    ],
)
def test_a_time_after_a_day_is_no_article(name: str) -> None:
    shop = [product("123456"), product("123456789"), product("12-34-56"), product("20240101")]
    assert look(name, shop=shop).says_nothing
    assert look("x.jpg", metadata={"title": name}, shop=shop).says_nothing


@pytest.mark.parametrize("name", ["123456.jpg", "20240101_987654.jpg", "123456_20240101.jpg", "20240101 a 123456.jpg"])
def test_a_number_that_is_no_time_or_stands_elsewhere_may_be_one(name: str) -> None:
    assert len(skus(look(name, shop=[product("123456"), product("987654")]))) == 1


def test_an_article_beside_a_time_is_found_and_its_picture_is_no_further_view() -> None:
    found = look("AC-1001_2024-01-02 12.34.56.jpg", shop=[product("AC-1001")])
    assert (skus(found), found.role.role) == ({"AC-1001"}, "main")


def test_day_and_time_are_one_token() -> None:
    assert without_times(("a", "02", "01", "2024", "at", "12", "34", "56", "b")) == ("a", "20240102t123456", "b")
    assert without_times(("2024", "01", "at", "123456")) == ("2024", "01", "at", "123456")
    assert is_stamp("20240101t123456") and not is_stamp("20240101t993456")
