"""Which of our addresses shows what, and what is kept of where files are used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog import usage
from services.catalog.usage import Shown

ASSET = "10000000-0000-5000-8000-000000000000"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"https://cdn.example.com/a/{ASSET}/web.webp", Shown(asset=ASSET)),
        (f"/a/{ASSET}/web/640x.webp?e=1&s=x", Shown(asset=ASSET)),
        ("/p/MUG-A/main/web.jpg", Shown(sku="MUG-A", role="main")),
        ("/p/BAG.12%2F34/back.2/square.webp?v=abc", Shown(sku="BAG.12/34", role="back", number=2)),
        ("/p/MUG-A.json", None),
        ("https://shop.example.com/p/mug", None),
        ("/assets/5", None),
        ("http://[/p/x/main/web.jpg", None),
        ("/p/x%00/main/web.jpg", None),
        ("", None),
    ],
)
def test_what_an_address_shows(url: str, shown: Shown | None) -> None:
    assert usage.named_by(url) == shown


@given(st.text(max_size=80) | st.text("[]:/@?#%0px.\0", max_size=20).map("http://".__add__))
def test_no_address_makes_it_stumble(url: str) -> None:
    shown = usage.named_by(url)
    assert shown is None or shown.asset or shown.role


def test_the_last_seen_place_is_first_and_nothing_else_is_one() -> None:
    old = {"place": "a", "channel": "", "seen": "2026-01-01T00:00:00+00:00", "by": "shop"}
    new = {"place": "b", "channel": "webshop", "seen": "2026-02-01T00:00:00+00:00", "by": "shop"}
    fields = {usage.field_of("a"): old, usage.field_of("b"): new, "tag:shoe": "confirmed", "used:x": "odd"}
    assert usage.places(fields) == [new, old]


def test_what_is_known_already_needs_no_room_and_less_always_fits() -> None:
    full = {usage.field_of(f"place {n}"): {"place": f"place {n}"} for n in range(usage.MOST)} | {"tag:a": "confirmed"}
    again = [name for name in full if name.startswith("used:")][:120]
    new = usage.field_of("another")
    assert usage.fits(full, again, [])
    assert usage.fits(full, [], again)
    assert usage.fits(full, [new], again[:1])
    assert not usage.fits(full, [new], [])
    assert usage.fits({}, again, []) and not usage.fits({}, [*full, new, "used:x"], [])
