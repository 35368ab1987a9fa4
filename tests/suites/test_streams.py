"""What a Faust stream hands over of a record is what our own reader has of it."""

import asyncio
from pathlib import Path

import pytest

from cli.servers.stack import Stack
from runtime.broker import Record
from runtime.config import Settings
from runtime.streams import Stream
from tests.suites.labs import KafkaLab, fresh, opened, until

HEADERS = (("traceparent", b"00-1"), ("twice", b"1"), ("twice", b"2"), ("empty", b""))


@pytest.mark.broker
async def test_records_come_whole_with_headers_and_without(stack: Stack, kafka: Settings, tmp_path: Path) -> None:
    async with opened(stack, kafka) as lab:
        topic, got = await lab.topic(fresh("stream"), 1), []

        async def process(record: Record) -> None:
            got.append(record)

        stream = Stream(kafka, fresh("g"), [topic], process, tmp_path)
        await written(lab, topic)
        running = asyncio.create_task(stream.run())
        try:
            await until(lambda: len(got) == 3 or running.done())
        finally:
            stream.stop()
            await running
        assert got == await lab.records(topic)
        assert [record.headers for record in got] == [(), HEADERS, HEADERS]


async def written(lab: KafkaLab, topic: str) -> None:
    await lab.producer.send(topic, key=b"k", value=b"v")
    await lab.producer.send(topic, key=b"k", value=b"v", headers=HEADERS)
    await lab.producer.send(topic, key=b"k", value=None, headers=HEADERS)
