"""Waiting for servers: bounded, and it ends when it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import outage
from runtime.outage import FIRST_WAIT_S, LONGEST_WAIT_S, Unavailable, backoff, ride_out


@given(st.integers(1, 10_000))
def test_backoff_doubles_within_its_bounds(attempt: int) -> None:
    full = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempt - 1, 10))
    assert full / 2 <= backoff(attempt) <= full <= LONGEST_WAIT_S


async def test_an_outage_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "FIRST_WAIT_S", 0.001)
    calls = 0

    async def call() -> str:
        nonlocal calls
        calls += 1
        if calls < 5:
            raise Unavailable("away")
        return "back"

    assert await ride_out(call) == "back"
    assert calls == 5


async def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "FIRST_WAIT_S", 0.01)

    async def call() -> None:
        raise Unavailable("away")

    with pytest.raises(Unavailable, match="away"):
        await ride_out(call, patience_s=0.1)


async def test_our_own_error_is_no_outage() -> None:
    calls = 0

    async def call() -> None:
        nonlocal calls
        calls += 1
        raise KeyError("bug")

    with pytest.raises(KeyError):
        await ride_out(call)
    assert calls == 1
