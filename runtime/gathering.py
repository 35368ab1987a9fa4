"""Faust's way to Kafka, with fetches that wait a moment for records to gather.

Each round of Faust's consumer costs a millisecond or two, in two threads, however many records it brings. Faust has no
setting for it; aiokafka has, and takes it before it starts.
"""

from typing import Any

from faust.transport.drivers import aiokafka as driver

FETCH_MIN_BYTES = 32 * 1024
FETCH_MAX_WAIT_MS = 100
"""Longest time that a record lies at the broker for others to come."""


class _Thread(driver.AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_min_bytes, consumer._fetch_max_wait_ms = FETCH_MIN_BYTES, FETCH_MAX_WAIT_MS
        return consumer


class _Consumer(driver.Consumer):
    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


class GatheringTransport(driver.Transport):
    """For `app.transport`."""

    Consumer = _Consumer
