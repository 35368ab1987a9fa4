"""Keys, sessions and sign-in links."""

import base64

import pytest

from services.catalog.api.access import LINK_SECONDS, Access, same_origin
from services.catalog.api.roles import Identity
from services.catalog.scope import Scope


class Clock:
    """A clock that tests own."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_the_admin_key_opens() -> None:
    access = Access("secret")
    assert access.by_key("Bearer secret") is not None
    for wrong in ("Bearer Secret", "Bearer ", "secret", "Basic secret", None, "Bearer sécret"):
        assert access.by_key(wrong) is None


def test_without_an_admin_key_nothing_opens() -> None:
    access = Access("")
    assert access.by_key("Bearer ") is None
    assert access.by_session(access.session()) is None


def test_a_session_ends() -> None:
    clock = Clock()
    access = Access("secret", session_hours=1, clock=clock)
    session = access.session()
    assert access.by_session(session) is not None
    clock.now += 3601
    assert access.by_session(session) is None


@pytest.mark.parametrize("forged", ["", ".", "9999999999.x.y", "9999999999.x.", None, "é.é.é"])
def test_forged_sessions_open_nothing(forged: str | None) -> None:
    assert Access("secret").by_session(forged) is None


def _changed(sealed: str, old: str, new: str) -> str:
    """The same seal on other words."""
    text, _, signature = sealed.partition(".")
    plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    assert old in plain
    return f"{base64.urlsafe_b64encode(plain.replace(old, new).encode()).decode().rstrip('=')}.{signature}"


def test_a_longer_session_cannot_be_made_of_a_shorter_one() -> None:
    clock = Clock()
    access = Access("secret", session_hours=1, clock=clock)
    assert access.by_session(_changed(access.session(), "1003600", "1003601")) is None


def test_a_session_says_who_and_with_which_role_and_where() -> None:
    access = Access("secret")
    viewer = access.session("Änna. B", "viewer", Scope(("autumn",)), "account/1")
    assert access.by_session(viewer) == Identity("Änna. B", True, "viewer", Scope(("autumn",)), "account/1")
    for old, new in (("viewer", "admin"), ("autumn", "")):
        assert access.by_session(_changed(viewer, old, new)) is None


def test_what_is_sealed_for_one_purpose_opens_no_other() -> None:
    access = Access("secret")
    assert access.by_session(access.sealed("another", {"name": "x", "role": "admin", "folders": []}, 60)) is None
    assert access.opened("another", access.session()) is None


def test_another_key_ends_all_sessions() -> None:
    assert Access("new").by_session(Access("old").session()) is None


def test_a_link_signs_in_once() -> None:
    access = Access("secret")
    token = access.link()
    assert access.use_link(token)
    assert not access.use_link(token)


def test_a_link_lasts_15_minutes() -> None:
    clock = Clock()
    access = Access("secret", clock=clock)
    early, late = access.link(), access.link()
    clock.now += LINK_SECONDS - 1
    assert access.use_link(early)
    clock.now += 2
    assert not access.use_link(late)


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://a", "host": "a"}, False),
        ({"origin": "http://127.0.0.1:1", "host": "127.0.0.1:1"}, True),
        ({"origin": "http://127.0.0.1:2", "host": "127.0.0.1:1"}, False),
        ({"origin": "null", "host": "127.0.0.1:1"}, False),
        ({"host": "127.0.0.1:1"}, False),
        ({}, False),
    ],
)
def test_where_a_browser_says_a_request_comes_from(headers: dict[str, str], own: bool) -> None:
    assert same_origin(headers) is own
