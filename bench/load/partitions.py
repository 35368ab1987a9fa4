"""Servers of a bench's own, on which one topic has as many partitions as is asked."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from cli import home as homes
from cli.alone import alone
from cli.apart import apart
from cli.own_copy import own_copy
from cli.servers.server import wait_ready
from cli.servers.stack import Stack
from schemas.topics import Topic

SHIFT = 3000
"""From the default ports."""


@contextmanager
def servers(name: str, topic: Topic, partitions: int) -> Iterator[Stack]:
    """Kafka and the store while the block runs; removed when it ends well, else kept, with their logs."""
    home = own_copy(homes.current(), f"{name}-{partitions}")
    stack = Stack(home.root, shift=SHIFT)
    try:
        with alone():
            stack.kafka.start()
            wait_ready(stack.kafka)
            apart(made(stack.kafka.address, topic, partitions))
            stack.kafka.prepare()  # makes the other topics, and leaves this one as it is
            stack.start(postgres=False)
        yield stack
    finally:
        stack.stop()
    shutil.rmtree(home.root, ignore_errors=True)


async def made(kafka: str, topic: Topic, partitions: int) -> None:
    """On a broker that has it not yet. Raises AssertionError where it is made otherwise."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic.name, partitions, 1, topic_configs=topic.config())])
        [found] = await admin.describe_topics([topic.name])
    finally:
        await admin.close()
    assert len(found["partitions"]) == partitions, f"{topic.name} was not made: {found}"
