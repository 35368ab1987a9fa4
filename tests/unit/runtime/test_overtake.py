"""Who reads ahead: how many of each folder, whose not, and never more than are held at once."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress

from runtime.broker import Partition, Record
from runtime.outage import Unavailable
from runtime.overtake import MOST, Overtaking, folder_of, successor_of
from tests.suites.labs import until


class Log:
    """A `Reader` of one partition."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records, self.at, self.starts, self.outages = list(records), 0, 0, 0

    async def start(self, places: Mapping[Partition, int]) -> None:
        [self.at] = places.values()
        self.starts += 1

    async def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        if self.starts <= self.outages:
            raise Unavailable("Kafka is away")
        found = self.records[self.at : self.at + max_records]
        self.at += len(found)
        await asyncio.sleep(0)
        return found

    async def stop(self) -> None:
        self.at = 0


class Worker:
    """An `Ahead` that is far behind, holds one of the flood, and takes all that it is given."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.ahead = 0
        self.most = 0

    def far_behind(self) -> int:
        return 1000

    async def reading(self) -> dict[Partition, int]:
        return {Partition("t", 0): 0}

    def held(self) -> list[Record]:
        return [record("flood/0.jpg")]

    def overtake(self, one: Record) -> bool:
        self.got.append(json.loads(one.value or b"")["data"]["key"])
        self.ahead += 1
        self.most = max(self.most, self.ahead)
        return True


def record(key: str, number: int = 0) -> Record:
    value = json.dumps({"data": {"bucket": "inbox", "key": key}}).encode()
    return Record("t", 0, number, key.encode(), value)


async def given(keys: list[str], wanted: int, *, finishing: bool = False, outages: int = 0) -> tuple[Worker, Log]:
    """Until so many were handed over; `finishing`: each is done at once; `outages`: rounds that the broker ends."""
    worker, log = Worker(), Log([record(key, at) for at, key in enumerate(keys)])
    log.outages = outages
    task = asyncio.create_task(Overtaking(lambda: log, folder_of, share=3, look_s=0.001).run(worker))

    def enough() -> bool:
        worker.ahead = 0 if finishing else worker.ahead
        return len(worker.got) >= wanted

    await until(enough)
    await asyncio.sleep(0.05)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return worker, log


async def test_of_each_folder_a_share_and_of_what_it_is_busy_with_none() -> None:
    keys = [f"flood/{n}.jpg" for n in range(50)] + [f"a/{n}.jpg" for n in range(9)] + ["b/1.jpg"]
    worker, log = await given(keys, 4)
    assert worker.got == ["a/0.jpg", "a/1.jpg", "a/2.jpg", "b/1.jpg"]
    assert log.starts == 1, "no new round while these are not finished"


async def test_those_left_out_come_in_the_next_round() -> None:
    worker, log = await given([f"a/{n}.jpg" for n in range(4)], 6, finishing=True)
    assert worker.got[:3] == worker.got[3:6] == ["a/0.jpg", "a/1.jpg", "a/2.jpg"], (
        "the worker itself knows which it had"
    )
    assert log.starts >= 2


async def test_an_outage_of_the_broker_ends_a_round_only() -> None:
    worker, log = await given(["a/1.jpg"], 1, outages=2)
    assert (worker.got, log.starts) == (["a/1.jpg"], 3)


async def test_no_more_than_can_be_held() -> None:
    worker, _ = await given([f"{n}/x.jpg" for n in range(3 * MOST)], MOST)
    assert len(worker.got) == worker.most == MOST


def test_the_folder_is_of_the_file_and_what_cannot_be_read_keeps_its_place() -> None:
    assert folder_of(record("spring/anna/1.jpg")) == "inbox/spring/anna"
    assert folder_of(record("1.jpg")) == "inbox"
    for value in (None, b"", b"no", b'{"data": 3}', b'{"data": {}}'):
        assert folder_of(Record("t", 0, 0, b"k", value)) is None


def test_only_a_version_that_follows_another_overtakes_first_ones() -> None:
    def told(data: object) -> str | None:
        return successor_of(Record("t", 0, 0, b"k", json.dumps({"data": data}).encode()))

    assert told({"asset_id": "a", "version": 2}) == "a"
    assert told({"asset_id": "a", "version": 1}) is None
    assert told({"asset_id": "a"}) is None and told(None) is None
