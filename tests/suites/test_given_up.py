"""What cannot be ended is not acknowledged: a Faust agent's process ends before it, and the next life does the job."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cli.servers.stack import Stack
from runtime.config import Settings
from runtime.streams import GIVEN_UP
from tests.suites.children import child
from tests.suites.deliveries import setting
from tests.suites.labs import KafkaLab, opened, until_committed

pytestmark = pytest.mark.broker


@pytest.fixture
async def real(stack: Stack, kafka: Settings) -> AsyncIterator[KafkaLab]:
    """The real Kafka alone: Faust knows no other broker."""
    async with opened(stack, kafka) as lab:
        yield lab


@pytest.mark.parametrize("job", ["poison", "outage"])
async def test_a_job_that_cannot_be_ended(real: KafkaLab, stack: Stack, tmp_path: Path, job: str) -> None:
    """Neither done nor buried: its dead letter cannot be written, or the server is away for longer than patience."""
    at, server = await setting(real, dlq_writable=False), tmp_path / "server"
    for name in ("before", job, "after"):
        await at.publisher.publish(at.job(name))
    environment = stack.env() | {
        "PACKSHOT_SPOOL": str(tmp_path),
        "PACKSHOT_SESSION_TIMEOUT_S": "6",
        "PACKSHOT_MAX_ATTEMPTS": "1",
    }
    arguments = (at.source.name, at.target.name, at.group, str(server))
    async with child("agent", environment, *arguments) as first:
        assert await asyncio.wait_for(first.wait(), 60) == GIVEN_UP
    assert (await real.committed(at.group, at.source.name)).get(0, 0) <= 1
    assert await at.out() == ["before"], "it did not go on past the job"
    await real.recreate(at.dlq)
    server.touch()
    async with child("agent", environment, *arguments):  # the same ordinal: it takes the place at once
        await until_committed(at.lab, at.group, at.source.name, {0: 3})
    out, letters = await at.out(), await at.dead()
    assert (out.count("outage"), len(letters)) == ((0, 1) if job == "poison" else (1, 0))
    assert out[-1] == "after"
