"""What opens a share link: its address, and its password."""

import pytest

from services.catalog.share import password
from services.catalog.share.token import pass_of, passes, read, token_of

OWN = "0123456789ab"


def test_an_address_opens_its_own_link_under_its_own_admin_key() -> None:
    token = token_of("key", OWN)
    assert read("key", token) == OWN
    assert read("other", token) is None
    assert read("", token_of("", OWN)) is None, "without an admin key nothing opens"
    for wrong in ("", OWN, token[:-1], token + "x", "f" + token[1:], token[:-1] + ("A" if token[-1] != "A" else "B")):
        assert read("key", wrong) is None


def test_a_browser_passes_until_then_and_by_that_password_only() -> None:
    kept = pass_of("key", OWN, "hash", 100)
    assert passes("key", OWN, "hash", kept, 99)
    assert not passes("key", OWN, "hash", kept, 100)
    assert not passes("key", OWN, "another", kept, 99)
    assert not passes("key", "ba9876543210", "hash", kept, 99)
    for forged in (None, "", "100", "101" + kept[3:], "9" * 40, "é."):
        assert not passes("key", OWN, "hash", forged, 99)


def test_passwords_are_salted_and_slow() -> None:
    kept = password.hashed("größer")
    assert kept.startswith("scrypt$32768$8$3$") and "größer" not in kept
    assert password.fits("größer", kept)


def test_two_of_one_password_differ_and_costs_may_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password, "COST", 2)
    one, other = password.hashed("x"), password.hashed("x")
    assert one != other
    monkeypatch.setattr(password, "COST", 4)
    assert password.fits("x", one) and password.fits("x", other) and not password.fits("y", one)
