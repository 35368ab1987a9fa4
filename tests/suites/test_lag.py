"""How far behind a group is, as its members know it without asking anybody: `packshot_consumer_lag`."""

import asyncio
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from cli.servers.stack import Stack
from runtime import groups, metrics
from runtime.broker import Partition, Record
from runtime.config import Settings
from runtime.kafka import KafkaConsumer
from runtime.kafka_access import client
from runtime.streams import Stream
from runtime.worker import Worker
from tests.suites.benchwork import FAST, Work, at_work, fill
from tests.suites.labs import KafkaLab, Lab, fresh, until


async def test_what_is_not_finished_is_behind_and_then_no_more(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("lag"), 1), fresh("g"), Work()
    work.gate("slow")
    await fill(lab, topic, ["first", "slow", "b", "c"])
    worker, place = Worker(lab.member(group, [topic]), work, FAST), Partition(topic, 0)
    async with at_work(worker):
        await until(lambda: len(work.ended) == 3)
        await until(lambda: worker.behind() == {place: 3})
        await fill(lab, topic, ["d", "e"])
        await until(lambda: worker.behind() == {place: 5})
        work.open()
        await until(lambda: worker.behind() == {place: 0})


async def test_who_comes_back_knows_what_was_left(lab: Lab) -> None:
    topic, group, work = await lab.topic(fresh("lag"), 1), fresh("g"), Work()
    await fill(lab, topic, ["a", "b"])
    async with at_work(Worker(lab.member(group, [topic]), work, FAST)):
        await until(lambda: len(work.ended) == 2)
    work.gate("c")
    await fill(lab, topic, ["c", "d", "e"])
    again, place = Worker(lab.member(group, [topic]), work, FAST), Partition(topic, 0)
    async with at_work(again):
        await until(lambda: len(work.ended) == 4)
        await until(lambda: again.behind() == {place: 3})


def skipped(topic: str) -> float:
    """Messages of it that were passed over, as metrics have it."""
    return metrics.REGISTRY.get_sample_value("packshot_messages_total", {"topic": topic, "outcome": "skipped"}) or 0.0


async def test_what_concerns_nobody_is_counted_as_passed_over(lab: Lab) -> None:
    """Else whoever is told of much that is not theirs seems to stand still."""
    topic, group, work = await lab.topic(fresh("lag"), 1), fresh("g"), Work()
    await fill(lab, topic, ["a", "other", "b", "other"])
    worker = Worker(lab.member(group, [topic]), work, FAST, concerns=lambda record: record.key != b"other")
    async with at_work(worker):
        await until(lambda: len(work.ended) == 2 and worker.behind() == {Partition(topic, 0): 0})
    assert skipped(topic) == 2


@pytest.mark.broker
async def test_what_retention_took_is_not_to_be_done(stack: Stack, kafka: Settings) -> None:
    """A group that has never committed anything would be behind for ever."""
    lab = KafkaLab(stack, kafka)
    await lab.open()
    topic, group = await lab.topic(fresh("lag"), 1), fresh("g")
    try:
        await fill(lab, topic, ["a", "b", "c"])
        assert await groups.reach(kafka, group, topic) == ({0: 0}, {0: 3})
        admin = AIOKafkaAdminClient(**client(kafka))
        await admin.start()
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=3)})
        await admin.close()
        assert await groups.reach(kafka, group, topic) == ({0: 3}, {0: 3})
        assert await groups.idle(kafka, group, topic)
    finally:
        await lab.close()


@pytest.mark.broker
async def test_a_stream_that_stands_still_is_behind(stack: Stack, kafka: Settings, tmp_path: Path) -> None:
    lab = KafkaLab(stack, kafka)
    await lab.open()
    topic, gate, done = await lab.topic(fresh("lag"), 1), asyncio.Event(), []

    async def process(record: Record) -> None:
        if record.key == b"slow":
            await gate.wait()
        done.append(record)

    stream, place = Stream(kafka, fresh("g"), [topic], process, tmp_path), Partition(topic, 0)
    assert stream.behind() == {}  # not started
    running = asyncio.create_task(stream.run())
    try:
        await fill(lab, topic, ["a", "slow", "b", "c"])
        await until(lambda: len(done) == 1 and stream.behind() == {place: 3})
        gate.set()
        await until(lambda: stream.behind() == {place: 0})
    finally:
        gate.set()
        stream.stop()
        await running
        await lab.close()


@pytest.mark.broker
async def test_a_broker_that_is_away_is_silent(stack: Stack, kafka: Settings) -> None:
    """No poll raises then, so nothing else would tell."""
    lab = KafkaLab(stack, kafka)
    await lab.open()
    topic = await lab.topic(fresh("silent"), 1)
    member = KafkaConsumer(kafka, fresh("g"), [topic])
    async with at_work(Worker(member, Work(), FAST)):
        await until(lambda: member.silent_s() > 0)
        async with lab.outage():
            await until(lambda: member.silent_s() > 4)
        await until(lambda: member.silent_s() < 4)
    await lab.close()
