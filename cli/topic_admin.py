"""Brings the broker's topics to what schemas/topics.py says. Never deletes, never changes a number of partitions."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAlreadyExistsError, for_code

from cli.trouble import Trouble
from schemas.topics import DAY_MS, MAX_RECORD_BYTES, TOPICS, dead_letters

log = logging.getLogger(__name__)
# A dead letter is the record, byte for byte, with headers that say why: a little longer than the longest record.
DEAD_LETTER_BYTES = 5 * MAX_RECORD_BYTES
KEPT = ("min.insync.replicas",)


@dataclass(frozen=True)
class Wanted:
    """One topic as it must be on the broker; `config` are Kafka's topic settings."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


def wanted_topics(replication: int = 1) -> list[Wanted]:
    """The table's topics and the dead-letter topics of their groups, on so many brokers at least each.

    From three copies on two must have a record before Kafka says that it has it.
    """
    safe = {"min.insync.replicas": "2"} if replication >= 3 else {}
    listed = [Wanted(t.name, t.partitions, max(t.replication, replication), t.config() | safe) for t in TOPICS]
    dead_config = {
        "cleanup.policy": "delete",
        "retention.ms": str(30 * DAY_MS),
        "max.message.bytes": str(DEAD_LETTER_BYTES),
    } | safe
    return listed + [Wanted(n, 1, max(topic.replication, replication), dead_config) for n, topic in dead_letters()]


@dataclass(frozen=True)
class Outcome:
    """What `apply` did, by topic name; `grow` names those whose partitions differ and so need `topics migrate`."""

    made: tuple[str, ...]
    changed: tuple[str, ...]
    grow: tuple[str, ...]


async def apply(access: Mapping[str, Any], replication: int = 1) -> Outcome:
    """Makes missing topics and sets changed settings. access: see `runtime/kafka_access.py`.

    A topic that is there keeps its number of copies. Raises Trouble when Kafka refuses.
    """
    admin = AIOKafkaAdminClient(**access, request_timeout_ms=20_000)
    try:
        await admin.start()
        there = set(await admin.list_topics())
        made = [topic for topic in wanted_topics(replication) if topic.name not in there]
        await _make(admin, made)
        kept = [topic for topic in wanted_topics() if topic.name in there]
        current = await _settings(admin, [topic.name for topic in kept])
        changed = [t for t in kept if any(current[t.name].get(name) != value for name, value in t.config.items())]
        for topic in changed:
            # What is not named falls back to the broker's default: how many must have a record stays as it was.
            kept_too = {name: current[topic.name][name] for name in KEPT if name in current[topic.name]}
            settings = kept_too | dict(topic.config)
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, settings)])
        counts = await partition_counts(admin, [topic.name for topic in kept])
    except (KafkaError, OSError) as error:
        raise Trouble(
            f"Kafka at {access['bootstrap_servers']} did not take the topics: {error!r}",
            "See `packshot status` and `packshot logs kafka`.",
        ) from error
    finally:
        await admin.close()
    grow = [topic.name for topic in kept if counts[topic.name] != topic.partitions]
    return Outcome(tuple(t.name for t in made), tuple(t.name for t in changed), tuple(grow))


async def groups_at_work(access: Mapping[str, Any]) -> list[str]:
    """Names of the consumer groups that somebody is in. Raises KafkaError."""
    admin = AIOKafkaAdminClient(**access, request_timeout_ms=20_000)
    try:
        await admin.start()
        names = [name for name, _kind in await admin.list_consumer_groups()]
        return sorted([name for name in names if await _is_at_work(admin, name)])
    finally:
        await admin.close()


async def _is_at_work(admin: AIOKafkaAdminClient, name: str) -> bool:
    """Also where the client cannot read what Kafka says of the group, which closes its connection: one at a time."""
    try:
        answers = await admin.describe_consumer_groups([name])
    except KafkaConnectionError as error:
        log.warning("what Kafka says of the group %s cannot be read, so somebody may be in it: %s", name, error)
        return True
    # A group is (error code, name, state, …).
    return any(group[2] not in ("Empty", "Dead") for answer in answers for group in answer.groups)


async def _make(admin: AIOKafkaAdminClient, topics: list[Wanted]) -> None:
    if not topics:
        return
    news = [NewTopic(t.name, t.partitions, t.replication, topic_configs=dict(t.config)) for t in topics]
    answer = await admin.create_topics(news, timeout_ms=20_000)
    for name, code, *text in answer.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise Trouble(f"Kafka refused the topic {name}: {text or for_code(code)}", "See `packshot logs kafka`.")


async def _settings(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    # A resource is (error code, error text, type, name, entries); an entry begins with (name, value).
    found = [resource for answer in answers for resource in answer.resources]
    return {resource[3]: {entry[0]: entry[1] for entry in resource[4]} for resource in found}


async def partition_counts(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, int]:
    """How many partitions each of these topics has."""
    if not names:
        return {}
    return {found["topic"]: len(found["partitions"]) for found in await admin.describe_topics(names)}
