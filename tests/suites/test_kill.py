"""SIGKILL of a real worker process between any two steps: the job is done again, and once in effect."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from cli.servers.stack import Stack
from runtime.config import Settings
from runtime.publisher import Outgoing, Publisher
from runtime.s3_store import Store
from runtime.steps import KILL_AT
from schemas.asset import AssetIngested
from schemas.facet import Facet, facet_object
from schemas.topics import Topic
from tests.suites.children import child
from tests.suites.labs import KafkaLab, fresh, opened, until, until_committed

pytestmark = pytest.mark.broker
STEPS = ["job.begun", "job.written", "records.archived", "records.published", "job.said", "job.finished"]


def _job(asset: str) -> AssetIngested:
    return AssetIngested(
        asset_id=asset, version=1, sha256=uuid4().hex * 2, bytes=1, media_type="image/jpeg", kind="image",
        bucket="inbox", key="a.jpg", arrived=datetime.now(UTC),
    )  # fmt: skip


async def _once_in_effect(lab: KafkaLab, settings: Settings, jobs: str, group: str, job: AssetIngested) -> None:
    """The job's offset is committed; one object, one archived revision, and every copy on the topic is that one."""
    await until_committed(lab, group, jobs, {0: 1})
    library = Store(settings).bucket(settings.library_bucket)
    assert len(await library.listing(f"renditions/{job.sha256}/")) == 1
    archived = await library.get(facet_object(job.asset_id, 1, "renditions"))
    assert archived is not None
    assert Facet.model_validate_json(archived.body).revision == 1
    said = [json.loads(record.value or b"") for record in await lab.records(f"{jobs}.facets")]
    assert {event["data"]["revision"] for event in said} == {1}
    assert len({event["id"] for event in said}) == 1


@pytest.fixture
async def real(stack: Stack, s3: Settings) -> AsyncIterator[KafkaLab]:
    """Kafka and the object store."""
    async with opened(stack, s3) as lab:
        yield lab


@pytest.mark.parametrize("at", STEPS)
async def test_killed_between_two_steps(real: KafkaLab, stack: Stack, s3: Settings, tmp_path: Path, at: str) -> None:
    jobs, group, job = fresh("jobs"), fresh("g"), _job(str(uuid4()))
    await real.topic(jobs, 1)
    await real.topic(f"{jobs}.facets", 1)
    topic = Topic(jobs, AssetIngested, "asset id", (), ())
    await Publisher(real.producer, "test").publish(Outgoing(topic, job.asset_id, job))
    environment = stack.env() | {
        "PACKSHOT_SPOOL": str(tmp_path),
        "PACKSHOT_SESSION_TIMEOUT_S": "6",
        KILL_AT: f"{at}:{tmp_path / 'killed'}",
    }
    async with child("victim", environment, jobs, group) as first:
        assert await asyncio.wait_for(first.wait(), 30) == -signal.SIGKILL
    assert await real.committed(group, jobs) == {}
    async with child("victim", environment, jobs, group):  # the same ordinal: it takes the place at once
        await _once_in_effect(real, s3, jobs, group, job)


async def test_another_process_takes_over_from_a_killed_one(
    real: KafkaLab, stack: Stack, s3: Settings, tmp_path: Path
) -> None:
    """Of another ordinal: the broker notices within the session time-out."""
    jobs, group, job = fresh("jobs"), fresh("g"), _job(str(uuid4()))
    await real.topic(jobs, 1)
    await real.topic(f"{jobs}.facets", 1)
    topic = Topic(jobs, AssetIngested, "asset id", (), ())
    await Publisher(real.producer, "test").publish(Outgoing(topic, job.asset_id, job))
    environment = stack.env() | {"PACKSHOT_SPOOL": str(tmp_path), "PACKSHOT_SESSION_TIMEOUT_S": "6"}
    async with child("victim", environment, jobs, group) as first:
        await until((tmp_path / f"begun-{job.asset_id}").exists, 30)
        first.kill()
    async with child("victim", environment | {"PACKSHOT_ORDINAL": "1"}, jobs, group):
        await _once_in_effect(real, s3, jobs, group, job)
