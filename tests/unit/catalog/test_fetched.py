"""What programs fetched one by one: each picture once a day, in few records, and nothing lost to an outage."""

import pytest

from runtime.outage import Unavailable
from schemas.download import Download
from services.catalog import fetched
from services.catalog.fetched import DAY_S, Fetched

ONE, TWO = (f"{number}0000000-0000-5000-8000-000000000000" for number in (1, 2))


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


async def told(noted: Fetched) -> list[tuple[str, list[str], int | None, list[str]]]:
    said: list[Download] = []

    async def tell(one: Download) -> None:
        said.append(one)

    await noted.step(tell)
    return [(one.by, one.assets, one.version, one.presets) for one in said]


async def test_each_is_told_once_a_day_and_together() -> None:
    clock = Clock()
    noted = Fetched(clock)
    for preset in ("web", "zoom"):
        for asset in (ONE, TWO):
            noted.note("shop", asset, 1, preset)
    noted.note("shop", ONE, 2, "web")
    noted.note("app", ONE, 1, "web")
    assert await told(noted) == [
        ("shop", [ONE, TWO], 1, ["web"]), ("shop", [ONE], 2, ["web"]), ("app", [ONE], 1, ["web"]),
    ]  # fmt: skip
    noted.note("shop", ONE, 1, "web")
    assert await told(noted) == []
    clock.now += DAY_S
    noted.note("shop", ONE, 1, "web")
    assert await told(noted) == [("shop", [ONE], 1, ["web"])]


async def test_what_kafka_does_not_have_waits_and_a_record_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "AT_ONCE", 1)
    noted = Fetched()
    for asset in (ONE, TWO):
        noted.note("shop", asset, 1, "web")
    tries: list[Download] = []

    async def once(one: Download) -> None:
        tries.append(one)
        if len(tries) == 2:
            raise Unavailable("Kafka is away")

    with pytest.raises(Unavailable):
        await noted.step(once)
    assert await told(noted) == [("shop", [TWO], 1, ["web"])]
