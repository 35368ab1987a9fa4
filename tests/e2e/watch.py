"""Follows every compacted and dead-letter topic, and notes each record that should never have been written."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.facet import facet_key
from schemas.topics import ASSET_METADATA, PRODUCT_MEDIA, TOPICS, dead_letters

Data = dict[str, Any]
Missing = Callable[[], Iterable[str]]
"""Says what is not there yet; empty when all is."""


@dataclass(frozen=True)
class Said:
    """One record as it came."""

    topic: str
    key: str
    data: Data


class Watch:
    """What has been published since it was opened (`from_start`: ever). Use as an async context."""

    def __init__(self, kafka: str, complain: Callable[[], str], *, from_start: bool = False) -> None:
        self._kafka, self._complain, self._from_start = kafka, complain, from_start
        self.last: dict[str, dict[str, Data]] = defaultdict(dict)
        self.history: list[Said] = []
        self.back: list[str] = []
        """Records that went back in revision."""
        self.dead: list[str] = []

    async def __aenter__(self) -> "Watch":
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._kafka, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await self._consumer.start()
        names = [topic.name for topic in TOPICS if topic.compacted] + [name for name, _ in dead_letters()]
        places = []
        for name in names:
            await self._consumer._client.add_topic(name)
            numbers = self._consumer.partitions_for_topic(name)
            while numbers is None:
                await asyncio.sleep(0.05)
                numbers = self._consumer.partitions_for_topic(name)
            places += [TopicPartition(name, number) for number in numbers]
        self._consumer.assign(places)
        await (self._consumer.seek_to_beginning if self._from_start else self._consumer.seek_to_end)(*places)
        self._places = places
        self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._consumer.stop()

    async def _follow(self) -> None:
        while True:
            for place, records in (await self._consumer.getmany(timeout_ms=100)).items():
                for record in records:
                    self._take(place.topic, (record.key or b"").decode(), record.value, record.headers)

    def _take(self, topic: str, key: str, value: bytes | None, headers: Iterable[tuple[str, bytes]]) -> None:
        if topic.endswith(".dlq"):
            told = {name: body.decode(errors="replace") for name, body in headers}
            self.dead.append(f"{topic} {key}: {told.get('packshot-dlq-error')}: {told.get('packshot-dlq-cause')}")
            return
        data: Data = json.loads(value)["data"] if value else {}
        before = self.last[topic].get(key)
        if before and data and data["revision"] < before["revision"]:
            self.back.append(f"{topic} {key}: revision {data['revision']} came after {before['revision']}")
        self.last[topic][key] = data
        self.history.append(Said(topic, key, data))

    # ── what is asked of it ───────────────────────────────────────────────────────────────────────────────────
    def assets(self, prefix: str) -> dict[str, str]:
        """Key in the inbox → asset id, of all `file` facets under the prefix."""
        found = {}
        for data in self.last[ASSET_METADATA.name].values():
            if data and data["facet"] == "file" and data["data"]["key"].startswith(prefix):
                found[data["data"]["key"]] = data["asset_id"]
        return found

    def facet(self, asset_id: str, version: int, name: str) -> Data | None:
        """The last record of that facet."""
        return self.last[ASSET_METADATA.name].get(facet_key(asset_id, version, name))

    def head(self, asset_id: str | None) -> Data:
        """The data of its `head`; empty where there is none."""
        found = self.facet(asset_id, 0, "head") if asset_id else None
        return found["data"] if found else {}

    def state(self, key: str) -> str:
        """State of the newest version of that name; "absent" where nothing is known of it."""
        asset_id = self.assets(key).get(key)
        return str(self.head(asset_id).get("state", "working")) if asset_id else "absent"

    def media(self, sku: str) -> list[str]:
        """Asset ids of a SKU's pictures, in order."""
        data = self.last[PRODUCT_MEDIA.name].get(sku) or {}
        return [item["asset_id"] for item in data.get("items", [])]

    def links(self, asset_id: str, version: int = 1) -> list[str]:
        """SKUs that an asset is linked to, sorted."""
        data = self.facet(asset_id, version, "links")
        return sorted(link["sku"] for link in data["data"]["links"]) if data else []

    async def until(self, missing: Missing, seconds: float = 60.0) -> float:
        """Wait until nothing is missing; returns the seconds it took. AssertionError says what never came.

        `seconds` count from the last record that was published: a busy machine is slow, and still gets there.
        """
        started = since = time.monotonic()
        count = len(self.history)
        while left := list(missing()):
            if len(self.history) != count:
                count, since = len(self.history), time.monotonic()
            if time.monotonic() - since > seconds:
                told = "\n  ".join([*left[:10], *([f"… {len(left)} in all"] if len(left) > 10 else [])])
                took = time.monotonic() - started
                raise AssertionError(
                    f"after {took:.0f} s, {seconds:.0f} s of them silent, still missing:\n  {told}\n{self._complain()}"
                )
            if self._task.done():
                self._task.result()
            await asyncio.sleep(0.05)
        return time.monotonic() - started

    async def settle(self, keys: Iterable[str], seconds: float = 60.0) -> float:
        """Wait until each of these names is refused or complete."""
        wanted = set(keys)

        def missing() -> list[str]:
            assets = self.assets("")
            states = {key: self.head(assets.get(key)).get("state", "absent") for key in wanted}
            return [f"{key} is {state}" for key, state in sorted(states.items()) if state not in FINAL]

        return await self.until(missing, seconds)

    async def quiet(self, seconds: float = 1.0, at_most: float = 60.0) -> None:
        """Wait until nothing has been published for so long."""
        started = since = time.monotonic()
        count = len(self.history)
        while time.monotonic() - since < seconds:
            assert time.monotonic() - started < at_most, f"it never became quiet: {len(self.history)} records"
            await asyncio.sleep(0.05)
            if len(self.history) != count:
                count, since = len(self.history), time.monotonic()


FINAL = {"complete", "refused", "failed"}
"""*ready* still owes a second wave."""
