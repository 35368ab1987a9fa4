"""Waiting for servers: bounded, and it ends when it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import metrics, outage
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


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("S3: no connection", "S3"),
        ("object storage: 503", "S3"),
        ("PostgreSQL: gone", "PostgreSQL"),
        ("Kafka took no commit for 15 s", "Kafka"),
        ("The disk of /tmp/x is full: free some space", "the disk"),
        ("Akeneo: no token", "other"),
    ],
)
async def test_whom_calls_wait_for_is_counted_while_they_wait(
    monkeypatch: pytest.MonkeyPatch, words: str, name: str
) -> None:
    monkeypatch.setattr(outage, "FIRST_WAIT_S", 0.001)
    counts: list[float | None] = []

    async def call() -> None:
        counts.append(metrics.REGISTRY.get_sample_value("packshot_waiting_calls", {"server": name}))
        if len(counts) < 3:
            raise Unavailable(words)

    before = metrics.REGISTRY.get_sample_value("packshot_waiting_calls", {"server": name}) or 0
    await ride_out(call)
    assert counts[1:] == [before + 1, before + 1]
    assert metrics.REGISTRY.get_sample_value("packshot_waiting_calls", {"server": name}) == before


async def test_who_gives_up_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "FIRST_WAIT_S", 0.01)

    async def call() -> None:
        raise Unavailable("S3: away")

    with pytest.raises(Unavailable):
        await ride_out(call, patience_s=0.05)
    assert metrics.REGISTRY.get_sample_value("packshot_waiting_calls", {"server": "S3"}) == 0
