"""Which media an audience is given, and where it is told that it gets something else than it asked for."""

import pytest

from schemas.groups import group_key, groups_of, keys_within
from schemas.limits import Audience, choose, shut_out
from schemas.product import Limits, MediaItem


def item(number: int, role: str = "main", **limits: list[str]) -> MediaItem:
    asset = f"{number}0000000-0000-5000-8000-000000000000"
    return MediaItem(asset_id=asset, version=1, role=role, confidence=1, limits=Limits(**limits) if limits else None)


ALL, GERMAN, SWISS, FRENCH = item(1), item(2, locales=["de-DE"]), item(3, locales=["de_CH"]), item(4, locales=["fr"])
AMAZON = Audience(channel="marketplace/amazon")
IN_DE = item(5, markets=["DE"], locales=["de"])
IN_CH = item(6, markets=["ch"], locales=["de", "fr"])


@pytest.mark.parametrize(
    ("items", "audience", "given", "notes"),
    [
        ([ALL, GERMAN], Audience(), ["1 main", "2 additional"], []),
        ([ALL, GERMAN], Audience(locale="de-DE"), ["2 main", "1 additional"], []),
        ([ALL, GERMAN], Audience(locale="it"), ["1 main"], []),
        ([GERMAN, SWISS], Audience(locale="de-ch"), ["3 main"], []),
        ([GERMAN, FRENCH], Audience(locale="fr-CA"), ["4 main"], []),
        (
            [GERMAN, FRENCH], Audience(locale="de-AT"), ["2 main"],
            ["main: nothing for the locale de-AT; what is for de-DE is given."],
        ),
        (
            [IN_DE, IN_CH], Audience("ch", "it-CH"), ["6 main"],
            ["main: nothing for the locale it-CH; what is for de, fr is given."],
        ),
        (
            [IN_DE, item(7, "back")], Audience("ch", "de"), ["7 back"],
            ["main: nothing for the market ch; what there is, is limited to others."],
        ),
        ([item(1, channels=["print"]), item(2, channels=["webshop"])], Audience(channel="Webshop"), ["2 main"], []),
        ([item(1, channels=["amazon"]), item(2, channels=["webshop"])], AMAZON, ["1 main"], []),
        ([item(1, channels=["marketplace"]), item(2)], AMAZON, ["1 main", "2 additional"], []),
    ],
)  # fmt: skip
def test_choose(items: list[MediaItem], audience: Audience, given: list[str], notes: list[str]) -> None:
    found = choose(items, audience)
    assert ([f"{one.asset_id[0]} {one.role}" for one in found.items], found.notes) == (given, notes)


def test_a_channel_goes_by_its_own_name_and_by_whom_it_is_for() -> None:
    google = Audience(channel="marketplace/google-merchant")
    alone, any_of_them = Limits(channels=["Amazon"]), Limits(channels=["marketplace"])
    assert shut_out(alone, AMAZON) is None and shut_out(any_of_them, AMAZON) is None
    assert shut_out(alone, google) == "the channel marketplace or google-merchant"
    assert shut_out(any_of_them, google) is None
    assert shut_out(Limits(markets=["de"]), Audience(market="de/at")), "a market has one name"


def test_a_category_holds_what_is_in_those_below_it() -> None:
    assert group_key("category:Men > Schöne Schuhe") == group_key("category:men/SCHONE schuhe")
    product = groups_of("Men/Shoes/Boots", {"Collection": "Summer 26; Sale"})
    assert product == ("category:Men/Shoes/Boots", "collection:Summer 26", "collection:Sale")
    held = set(keys_within(product[0]))
    assert {group_key(f"category:{name}") for name in ("Men", "Shoes", "Men|Shoes", "Boots")} < held
    assert group_key("category:Men/Boots") not in held
    assert group_key("category: / ") == "" and list(keys_within("category:")) == []
