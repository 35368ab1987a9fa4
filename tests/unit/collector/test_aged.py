"""Records that only add up are kept as long as anybody reads them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from runtime.memory_store import MemoryBucket
from runtime.objects import ObjectInfo
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


async def kept_runs(*keys: str) -> set[str]:
    """A run a page, each of one version."""

    async def pages() -> AsyncIterator[list[ObjectInfo]]:
        for key in sorted(keys):
            yield [ObjectInfo(key, 1, "", NOW)]

    runs = [(run[0].key, stays) async for run, stays in aged.runs_of_feeds(pages(), NOW)]
    assert sorted(key for key, _ in runs) == sorted(keys)
    return {key for key, stays in runs if stays}


async def test_of_a_feed_the_last_runs_stay_whatever_their_age_and_all_of_two_years(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = [f"feeds/shop.json/2020010{day}T000000000000Z.jsonl.gz" for day in range(1, 8)]
    keys = [*old, "feeds/shop.json/20261101T000000000000Z.jsonl.gz", "feeds/meta.meta/20200101T000000000000Z.jsonl.gz"]
    assert await kept_runs(*keys) == set(keys)
    monkeypatch.setattr(aged, "RUNS", 2)
    assert await kept_runs(*keys) == {*old[-1:], *keys[-2:]}
    young = [f"feeds/shop.json/202611{day:02d}T000000000000Z.jsonl.gz" for day in range(1, 20)]
    assert await kept_runs(*young) == set(young)


class Counted(MemoryBucket):
    """Counts the runs of feeds that it has told of, a page at a time, and that were removed."""

    told = removed = most = 0

    async def histories(self, prefix: str) -> AsyncIterator[list[ObjectInfo]]:
        """See `Bucket.histories`."""
        async for page in super().histories(prefix):
            self.told += 1
            self.most = max(self.most, self.told - self.removed)
            yield page

    async def history(self, prefix: str) -> list[ObjectInfo]:
        """See `Bucket.history`."""
        assert not prefix.startswith("feeds"), "of a feed that is fetched each minute there are a million runs"
        return await super().history(prefix)

    async def remove(self, key: str, version_id: str) -> None:
        """See `Bucket.remove`."""
        self.removed += 1
        await super().remove(key, version_id)


async def test_the_runs_of_feeds_are_never_held_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aged, "RUNS", 3)
    bucket = Counted("library")
    keys = [f"feeds/shop.json/20200101T{second:06d}000000Z.jsonl.gz" for second in range(40)]
    for key in keys:
        await bucket.put(key, b"1")
    bucket.ahead += timedelta(days=8)
    await Collector(bucket, Ending(bucket, MemoryBucket("inbox"), _nothing), timedelta(days=7)).collect()
    assert [info.key for info in await bucket.listing("feeds/")] == keys[-3:]
    assert bucket.told == 40 and bucket.most == 4


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
