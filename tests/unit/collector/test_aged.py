"""Records that only add up are kept as long as anybody reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from runtime.memory_store import MemoryBucket
from services.collector import aged
from services.collector.ending import Ending
from services.collector.handler import Collector

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


async def _nothing(*_: str) -> None:
    return


async def _collected(bucket: MemoryBucket) -> set[str]:
    await Collector(bucket, Ending(bucket, MemoryBucket("inbox"), _nothing), timedelta(days=7)).collect()
    return {one.key for one in await bucket.history("")}


def test_months_go_that_nobody_adds_up_again_and_no_other() -> None:
    folders = list(aged.sent_folders(NOW))
    assert (folders[0], folders[-1]) == ("sent/2021-10/", "sent/2024-09/")
    assert len(folders) == aged.BACK, "2024-10 is the oldest of the 25 that are read again"


def test_of_a_feed_the_last_runs_stay_whatever_their_age_and_all_of_two_years(monkeypatch: pytest.MonkeyPatch) -> None:
    old = [f"feeds/shop.json/2020010{day}T000000000000Z.jsonl.gz" for day in range(1, 8)]
    keys = [*old, "feeds/shop.json/20261101T000000000000Z.jsonl.gz", "feeds/meta.meta/20200101T000000000000Z.jsonl.gz"]
    assert aged.kept_runs(keys, NOW) == set(keys)
    monkeypatch.setattr(aged, "RUNS", 2)
    assert aged.kept_runs(keys, NOW) == {*old[-1:], *keys[-2:]}
    young = [f"feeds/shop.json/202611{day:02d}T000000000000Z.jsonl.gz" for day in range(1, 20)]
    assert aged.kept_runs(young, NOW) == set(young)


async def test_the_collector_removes_what_is_too_old_and_lists_that_were_written_anew() -> None:
    bucket = MemoryBucket("library")
    now = await bucket.now()
    month = f"{now:%Y-%m}"
    for key in (f"sent/{month}/a.jsonl.gz", "feeds/shop.json/20260101T000000000000Z.jsonl.gz", "verdicts/0.json.gz"):
        await bucket.put(key, b"1")
    for name in ("verdicts/0.json.gz", "drops/drop.shop.json"):
        await bucket.put(name, b"2")
        await bucket.put(name, b"3")
    everything = {one.key for one in await bucket.history("")}
    bucket.ahead += timedelta(days=30 * 24)
    assert await _collected(bucket) == everything
    assert len(await bucket.history("verdicts/")) == len(await bucket.history("drops/")) == 1
    bucket.ahead += timedelta(days=31 * 3)
    assert await _collected(bucket) == everything - {f"sent/{month}/a.jsonl.gz"}
