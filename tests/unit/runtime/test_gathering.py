"""Faust's consumer is told what Faust has no setting for: a release that renames it must be noticed."""

from pathlib import Path
from typing import Any

from runtime.config import Settings
from runtime.gathering import FETCH_MAX_WAIT_MS, FETCH_MIN_BYTES, GatheringTransport
from runtime.streams import build_app


async def test_the_fetcher_waits_for_records_to_gather(tmp_path: Path) -> None:
    app = build_app(Settings(kafka="127.0.0.1:1"), "group", tmp_path)
    assert isinstance(app.transport, GatheringTransport)
    faust_consumer: Any = app.consumer
    thread = faust_consumer._new_consumer_thread()
    consumer = thread._create_worker_consumer(app.transport)
    assert (consumer._fetch_min_bytes, consumer._fetch_max_wait_ms) == (FETCH_MIN_BYTES, FETCH_MAX_WAIT_MS)
    await consumer.stop()
    thread.thread_loop.close()
