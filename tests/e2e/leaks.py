"""What must stand in no log and in no message: the secrets of the servers of these tests, which are random."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from cli.secrets import Secrets
from runtime.config import Settings
from runtime.kafka_access import client

Found = list[str]
NAMES = ("_access_key", "kafka_cluster")
"""These name somebody, and open nothing."""


def secret(secrets: Secrets) -> dict[str, bytes]:
    """Name → what nobody may read."""
    return {name: value.encode() for name, value in asdict(secrets).items() if not name.endswith(NAMES)}


def logged(folder: Path, secrets: Mapping[str, bytes]) -> Found:
    """Which of them stand in logs, and in which."""
    logs = sorted(folder.glob("*.log*"))
    assert logs, f"{folder} has no log"
    return [f"{name} in {log.name}" for log in logs for body in [log.read_bytes()] for name in named(body, secrets)]


async def said(settings: Settings, secrets: Mapping[str, bytes]) -> Found:
    """Which of them stand in keys, values or headers of what is on any topic now, dead letters among them."""
    reader, places = AIOKafkaConsumer(**client(settings), group_id=None), await _places(settings)
    await reader.start()
    found: set[str] = set()
    read = 0
    try:
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        left = {place: end for place, end in (await reader.end_offsets(places)).items() if end}
        while left:
            for records in (await reader.getmany(timeout_ms=500)).values():
                for record in records:
                    body = b"\n".join([record.key or b"", record.value or b"", *(value for _, value in record.headers)])
                    found |= {f"{name} on {record.topic}" for name in named(body, secrets)}
                read += len(records)
            left = {place: end for place, end in left.items() if await reader.position(place) < end}
    finally:
        await reader.stop()
    assert read, "nothing was ever said"
    return sorted(found)


async def _places(settings: Settings) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(**client(settings))
    await admin.start()
    try:
        topics = [topic for topic in await admin.list_topics() if not topic.startswith("__")]
        told = await admin.describe_topics(topics)
        return [TopicPartition(one["topic"], part["partition"]) for one in told for part in one["partitions"]]
    finally:
        await admin.close()


def named(body: bytes, secrets: Mapping[str, bytes]) -> Found:
    """Names of those that stand in it."""
    return [name for name, value in secrets.items() if value in body]
