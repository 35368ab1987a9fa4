"""Fetchers are told what neither Faust nor aiokafka has a setting for: a release that renames it must be noticed."""

import inspect
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.consumer.fetcher import Fetcher
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread

from runtime.config import Settings
from runtime.gathering import FAUST_GATHERS_MS, GATHERED_BYTES, IDLE_WAIT_MS, pace
from runtime.streams import GatheringTransport, build_app


class Paced:
    """What `pace` looks at."""

    def __init__(self) -> None:
        self._fetcher: Any = SimpleNamespace(_fetch_min_bytes=0, _fetch_max_wait_ms=0)

    @property
    def told(self) -> tuple[int, int]:
        return self._fetcher._fetch_min_bytes, self._fetcher._fetch_max_wait_ms


def test_aiokafka_reads_these_two_for_each_fetch() -> None:
    source = inspect.getsource(Fetcher._get_actions_per_node)
    assert "self._fetch_max_wait_ms" in source
    assert "self._fetch_min_bytes" in source
    assert "self._fetcher = " in inspect.getsource(AIOKafkaConsumer.start)


def test_at_rest_the_first_record_is_answered_and_at_work_they_gather() -> None:
    consumer = Paced()
    pace(consumer, 200, busy=True)
    assert consumer.told == (GATHERED_BYTES, 200)
    pace(consumer, 200, busy=False)
    assert consumer.told == (1, IDLE_WAIT_MS)
    pace(consumer, 0, busy=True)
    assert consumer.told == (1, IDLE_WAIT_MS)


async def test_fausts_consumer_gathers_while_there_are_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = build_app(Settings(kafka="127.0.0.1:1"), "group", ["topic"], tmp_path)
    assert isinstance(app.transport, GatheringTransport)
    faust_consumer: Any = app.consumer
    thread = faust_consumer._new_consumer_thread()
    consumer, fetched = Paced(), {"topic-0": ["record"]}

    async def fetch(*_: object, **__: object) -> dict[str, list[str]]:
        return fetched

    monkeypatch.setattr(AIOKafkaConsumerThread, "_fetch_records", fetch)
    await thread._fetch_records(consumer, set())
    assert consumer.told == (GATHERED_BYTES, FAUST_GATHERS_MS)
    fetched.clear()
    await thread._fetch_records(consumer, set())
    assert consumer.told == (1, IDLE_WAIT_MS)
    thread.thread_loop.close()
