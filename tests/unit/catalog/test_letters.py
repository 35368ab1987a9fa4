"""Dead letters that wait are told to Prometheus, by topic, and those that were sent again are not."""

import asyncio
from contextlib import suppress
from functools import partial

import pytest

from runtime import metrics
from runtime.buried import TOPICS, Buried
from runtime.memory_broker import MemoryBroker
from runtime.metrics import REGISTRY
from services.catalog import letters
from services.catalog.letters import Letters
from tests.fakes.shelf import MemoryShelf
from tests.suites.labs import until

TOPIC = "asset.ingested.render.dlq"
HEADERS = [("packshot-dlq-group", b"render"), ("packshot-dlq-partition", b"0")]


def told(topic: str, kind: str = "waiting") -> float | None:
    return REGISTRY.get_sample_value(f"packshot_dead_letters_{kind}", {"topic": topic})


def by_error() -> dict[tuple[str, str], float]:
    found = (sample for family in metrics.DEAD_BY_ERROR.collect() for sample in family.samples)
    return {(sample.labels["topic"], sample.labels["error"]): sample.value for sample in found}


async def test_those_that_wait_are_counted_by_topic_and_none_is_told_as_none() -> None:
    broker = MemoryBroker()
    for key in (b"a", b"b"):
        broker.append(TOPIC, key, b"{}", HEADERS, b"one place")
    buried = Buried(MemoryShelf(broker))
    await Letters(buried).count()
    assert told(TOPIC) == 2
    assert {told(name) for name in TOPICS if name != TOPIC} == {0}
    await buried.replay(TOPIC)
    await Letters(buried).count()
    assert told(TOPIC) == 0


async def test_what_they_died_of_is_told_until_they_are_sent_again() -> None:
    broker = MemoryBroker()
    for error in (b"Hung", b"Hung", b"ValidationError"):
        broker.append(TOPIC, b"a", b"{}", [*HEADERS, ("packshot-dlq-error", error)], b"one place")
    buried = Buried(MemoryShelf(broker))
    await Letters(buried).count()
    assert by_error() == {(TOPIC, "Hung"): 2, (TOPIC, "ValidationError"): 1}
    await buried.replay(TOPIC, most=2)
    await Letters(buried).count()
    assert by_error() == {(TOPIC, "ValidationError"): 1}


async def test_young_ones_are_told_however_late_somebody_began_to_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the broker's times: what was buried before this process came counts, and is old a quarter of an hour later."""
    broker = MemoryBroker()
    for minutes in (0, 10):
        monkeypatch.setattr("time.time", partial(float, 1_800_000_000 + minutes * 60))
        broker.append(TOPIC, b"a", b"{}", HEADERS, b"one place")
    buried = Buried(MemoryShelf(broker))
    for minutes, young in ((14, 2), (20, 1), (26, 0)):
        monkeypatch.setattr("time.time", partial(float, 1_800_000_000 + minutes * 60))
        await Letters(buried).count()
        assert (told(TOPIC, "young"), told(TOPIC)) == (young, 2)
    monkeypatch.setattr("time.time", partial(float, 1_800_000_000))
    await buried.put_away(TOPIC)
    await Letters(buried).count()
    assert (told(TOPIC, "young"), told(TOPIC)) == (0, 0)


async def test_an_outage_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "EVERY_S", 0.01)
    broker = MemoryBroker()
    broker.append(TOPIC, b"a", b"{}", HEADERS, b"one place")
    broker.down = True
    running = asyncio.create_task(Letters(Buried(MemoryShelf(broker))).run())
    await asyncio.sleep(0.05)
    broker.down = False
    await until(lambda: told(TOPIC) == 1)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
