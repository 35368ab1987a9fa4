"""Follows all compacted topics and dead letters while things break: what was said last, and what never should be."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from cli.breaking.bad import CAUSE
from schemas.topics import ASSET_METADATA, TOPICS, dead_letters

FINAL = {"complete", "refused", "failed"}
"""*ready* still owes a second wave."""


class Ledger:
    """`last`: topic → key → data. `back`: records older than one before. `dead`: what was buried."""

    def __init__(self, kafka: str, prefix: str) -> None:
        self._kafka, self._prefix = kafka, prefix
        self.last: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.back: list[str] = []
        self.dead: list[str] = []
        self.bad: list[str] = []
        """Topics of the dead letters of bad releases that we ran, a name each."""
        self.asset_of: dict[str, str] = {}
        """Key in the inbox → asset."""
        self.done_at: dict[str, dict[int, float]] = defaultdict(dict)
        """Asset → version → when it was first said to be in a final state, seconds since the epoch."""
        self.heard_at = time.monotonic()

    async def follow(self) -> None:
        """Read from the beginning until cancelled, through all outages of the broker."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._kafka, enable_auto_commit=False)
        await consumer.start()
        try:
            names = [topic.name for topic in TOPICS if topic.compacted] + [name for name, _ in dead_letters()]
            places = [place for name in names for place in await _places(consumer, name)]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            while True:
                for place, records in (await self._some(consumer)).items():
                    for record in records:
                        self._take(place.topic, record)
        finally:
            await consumer.stop()

    async def _some(self, consumer: AIOKafkaConsumer) -> dict[TopicPartition, list[Any]]:
        try:
            return dict(await consumer.getmany(timeout_ms=200))
        except KafkaError:
            await asyncio.sleep(1)  # it is being broken: the position stays, and it is read again
            return {}

    def _take(self, topic: str, record: "ConsumerRecord[bytes, bytes]") -> None:
        self.heard_at = time.monotonic()
        key = (record.key or b"").decode()
        if topic.endswith(".dlq"):
            told = {name: body.decode(errors="replace") for name, body in record.headers}
            cause = told.get("packshot-dlq-cause")
            if cause == CAUSE:
                self.bad.append(topic)
            else:
                self.dead.append(f"{topic} {key}: {told.get('packshot-dlq-error')}: {cause}")
            return
        data: dict[str, Any] = json.loads(record.value)["data"] if record.value else {}
        before = self.last[topic].get(key)
        if before and data:
            self.back += [f"{topic} {key}: {wrong}" for wrong in _back(before, data)]
        self.last[topic][key] = data
        if topic == ASSET_METADATA.name and data:
            self._note(data, record.timestamp / 1000)

    def _note(self, data: dict[str, Any], at: float) -> None:
        if data["facet"] == "file" and str(data["data"].get("key", "")).startswith(self._prefix):
            self.asset_of[data["data"]["key"]] = data["asset_id"]
        if data["facet"] == "head" and data["data"].get("state") in FINAL:
            self.done_at[data["asset_id"]].setdefault(data["data"]["newest"], at)  # it may be said again as it stands

    def head(self, key: str) -> dict[str, Any]:
        """The `head` of a name's asset; empty while there is none."""
        asset = self.asset_of.get(key)
        found = self.last[ASSET_METADATA.name].get(f"{asset}/head") if asset else None
        return dict(found["data"]) if found else {}

    def facets(self, key: str, version: int) -> dict[str, dict[str, Any]]:
        """Facet → its last record, of one version of a name's asset."""
        start = f"{self.asset_of.get(key)}/{version}/"
        said = self.last[ASSET_METADATA.name]
        return {name.removeprefix(start): data for name, data in said.items() if name.startswith(start) and data}


def _back(before: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[str]:
    """What of a record should never follow the one before of its key."""
    if data["revision"] < before["revision"]:
        yield f"revision {data['revision']} came after {before['revision']}"
    elif data["revision"] == before["revision"] and data != before:
        yield f"revision {data['revision']} was said with two contents"
    if data.get("facet") == "head" and data["data"]["newest"] < before["data"]["newest"]:
        yield f"newest fell from {before['data']['newest']} to {data['data']['newest']}"


async def _places(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    await consumer._client.add_topic(topic)
    while not (numbers := consumer.partitions_for_topic(topic)):  # noqa: ASYNC110 - aiokafka has no event for it
        await asyncio.sleep(0.05)
    return [TopicPartition(topic, number) for number in sorted(numbers)]
