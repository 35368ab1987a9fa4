"""A static member that comes back reading more topics than before is given all of them."""

import asyncio
import uuid

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from runtime.broker import Partition
from runtime.config import Settings
from runtime.kafka import KafkaConsumer

pytestmark = pytest.mark.broker


async def nothing(_: set[Partition]) -> None:
    """Nothing is to be done."""


async def test_who_reads_more_topics_than_in_its_last_life_is_given_them(kafka: Settings) -> None:
    name = uuid.uuid4().hex
    old, new = f"{name}-old", f"{name}-new"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1) for topic in (old, new)])
    finally:
        await admin.close()
    before = KafkaConsumer(kafka, name, [old])
    await before.start(nothing, nothing)
    async with asyncio.timeout(30):
        while not before.assignment():
            await before.poll(1, 0.2)
    await before.stop()  # a static member stays one until its time is out
    after = KafkaConsumer(kafka, name, [old, new])
    await after.start(nothing, nothing)
    try:
        async with asyncio.timeout(30):
            while {place.topic for place in after.assignment()} != {old, new}:
                await after.poll(1, 0.2)
    finally:
        await after.stop()
