"""Commands in a container beside a copy that others keep: no servers of their own, settings say where they are."""

import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer

from cli import app
from cli.servers.stack import Stack
from cli.topic_admin import groups_at_work
from runtime.config import Settings
from runtime.kafka import KafkaProducer
from runtime.kafka_access import client
from runtime.minio_store import client_of
from schemas.topics import DECISIONS
from tests.suites.labs import fresh

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]
LETTERS = "asset.ingested.render.dlq"


@pytest.fixture
def beside(stack: Stack, s3: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that holds nothing, and an environment that leads to the servers."""
    home = tmp_path / "home"
    more = {"PACKSHOT_HOME": str(home), "PACKSHOT_MEMBERS": "render=127.0.0.1:9"}
    for name, value in (stack.env() | more).items():
        monkeypatch.setenv(name, value)
    return home


async def bury(settings: Settings, key: str) -> None:
    """A dead letter that nobody can read."""
    producer = KafkaProducer(settings)
    await producer.start()
    told = {"packshot-dlq-group": "render", "packshot-dlq-partition": "0", "packshot-dlq-cause": "cannot do it"}
    headers = tuple((name, value.encode()) for name, value in told.items())
    await producer.send(LETTERS, key=key.encode(), value=b"?", headers=headers)
    await producer.stop()


def test_commands_reach_the_servers_that_settings_name(
    beside: Path, s3: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    key = fresh("elsewhere")
    asyncio.run(bury(s3, key))
    assert app.main(["dlq", "list"]) == 0
    assert f"{key}  cannot do it" in capsys.readouterr().out
    (beside.parent / f"{key}.jpg").write_bytes(b"jpeg")
    assert app.main(["submit", str(beside.parent / f"{key}.jpg")]) == 0
    assert client_of(s3).stat_object(s3.inbox_bucket, f"{key}.jpg").size == 4
    assert app.main(["sweep", "--dry-run"]) == 0
    assert "nothing is sent in a dry run" in capsys.readouterr().err
    assert app.main(["topics", "apply"]) == 0
    assert app.main(["status"]) == 1
    said = capsys.readouterr().out
    assert "render       It does not answer: " in said and "GROUP" in said
    assert not (beside / "secrets.json").exists()


def test_what_belongs_to_this_machines_parts_is_refused(beside: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["restart", "render"]) == 1
    assert "docker compose" in capsys.readouterr().err
    assert not beside.exists()


def test_topics_are_not_filled_while_somebody_reads(beside: Path, s3: Settings) -> None:
    async def in_a_group() -> list[str]:
        consumer = AIOKafkaConsumer(DECISIONS.name, group_id=group, **client(s3))
        await consumer.start()
        try:
            return await groups_at_work(client(s3))
        finally:
            await consumer.stop()

    group = fresh("reader")
    assert group in asyncio.run(in_a_group())
    assert group not in asyncio.run(groups_at_work(client(s3)))


def test_a_setting_that_will_not_do_is_told(
    beside: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PACKSHOT_S3_READ_S", "soon")
    assert app.main(["dlq", "list"]) == 1
    assert "PACKSHOT_S3_READ_S" in capsys.readouterr().err
