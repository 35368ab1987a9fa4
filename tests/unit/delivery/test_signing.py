"""Signed addresses: who holds a key opens exactly the address that was signed, and for as long as was said."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.signing import BadKeys, keys_of, left, refusal, signed

NEW, OLD, FOREIGN = b"new-key-of-the-shop", b"old-key-of-the-shop", b"somebody-elses-key!"
PATH = "/p/RED%2F42/main/web/w400,h300,fill.webp"
NOW = 1_800_000_000.0


def why(url: str, keys: tuple[bytes, ...] = (NEW,), now: float = NOW) -> str | None:
    split = urlsplit(url)
    return refusal(split.path.encode(), dict(parse_qsl(split.query)), keys, now)


def test_what_was_signed_is_made() -> None:
    assert why(signed(PATH, NEW)) is None
    assert why(signed(PATH, NEW, int(NOW) + 1)) is None
    assert why(signed(PATH, NEW) + "&utm_source=mail&v=3") is None, "shops put their own behind every address"


@pytest.mark.parametrize("expires", [None, int(NOW) + 60])
def test_what_was_changed_is_not(expires: int | None) -> None:
    good = signed(PATH, NEW, expires)
    for forged in (
        good.replace("w400", "w401"),
        good.replace("RED%2F42", "RED/42"),
        good.replace(".webp", ".jpg"),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good[:-1],
        good.replace("s=", "s=%C3%A9"),
        good.replace(f"e={expires}", f"e={int(NOW) + 61}") if expires else good.replace("?", f"?e={int(NOW) + 61}&"),
        good.replace(f"e={expires}&", "") if expires else f"{PATH}?s=x",
        signed(PATH, FOREIGN, expires),
    ):
        assert "signature" in (why(forged) or ""), forged
    assert "not signed" in (why(PATH) or "")
    assert "no time" in (why(good.partition("?")[0] + "?e=tomorrow&s=x") or "")
    assert why(good, ()) is not None, "without keys nothing is valid"


def test_it_ends_when_it_was_said_to() -> None:
    url = signed(PATH, NEW, int(NOW))
    assert why(url, now=NOW - 1) is None
    assert "ended" in (why(url) or "") and "ended" in (why(url, now=NOW + 1e6) or "")
    assert left({"e": str(int(NOW) + 30)}, NOW) == 30 and left({}, NOW) is None


def test_a_key_is_replaced_without_a_gap() -> None:
    before, after = signed(PATH, OLD), signed(PATH, NEW)
    assert why(before, (OLD,)) is None
    assert why(before, (NEW, OLD)) is None and why(after, (NEW, OLD)) is None
    assert why(before, (NEW,)) is not None and why(after, (NEW,)) is None


@given(st.binary(max_size=80), st.dictionaries(st.sampled_from("esvx"), st.text(max_size=60)))
def test_nothing_that_is_made_up_passes(path: bytes, given: dict[str, str]) -> None:
    assert refusal(path, given, (NEW, OLD), NOW)


def test_keys_are_read_from_the_setting() -> None:
    assert keys_of(f" {NEW.decode()} ,{OLD.decode()},") == (NEW, OLD) and keys_of("") == ()
    for bad in ("short", f"{NEW.decode()},short", ",".join(["k" * 16] * 5)):
        with pytest.raises(BadKeys, match="PACKSHOT_SIGN_KEYS"):
            keys_of(bad)
