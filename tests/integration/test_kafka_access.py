"""A Kafka that asks who we are, over TLS: all our clients get in, and with a wrong password nobody does."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import topic_admin
from cli.home import Home
from cli.servers.kafka import Kafka
from cli.servers.server import wait_ready
from cli.servers.stack import find_jars
from runtime import groups, latest
from runtime.broker import Record
from runtime.config import Settings
from runtime.kafka import KafkaConsumer, KafkaProducer
from runtime.kafka_access import client
from runtime.letters import KafkaLetters
from runtime.outage import Unavailable
from runtime.streams import Stream
from schemas.topics import DECISIONS, PIM_PRODUCTS
from tests.e2e.member import free_port
from tests.fakes.authority import certify

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]
USER, PASSWORD = "packshot", "right"
HOW = ("SCRAM-SHA-256", "SCRAM-SHA-512")
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
LISTENER = """
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller},SASL_SSL://127.0.0.1:{guarded}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_SSL://127.0.0.1:{guarded}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  user_{user}="{password}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config={scram} required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={scram} required;
listener.name.sasl_ssl.ssl.client.auth=required
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
"""


class Guarded(Kafka):
    """Our Kafka with one more door: TLS with certificates of both sides, and a password."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.guarded = folder, free_port()
        ports = {"kafka": free_port(), "kafka_controller": free_port()}
        super().__init__(
            folder / "data", folder / "kafka.log", find_jars(Home(folder)), ports, "APVO6AfiQt243tAOz7-5Fg"
        )

    def properties(self, logs: Path) -> str:
        """Of a setting that is there twice the last counts."""
        port, controller = self._ports["kafka"], self._ports["kafka_controller"]
        names = {"port": port, "controller": controller, "guarded": self.guarded, "folder": self.folder}
        return super().properties(logs) + LISTENER.format(user=USER, password=PASSWORD, scram=SCRAM, **names)

    def _format(self, settings: Path) -> None:
        """With the user, whose SCRAM the cluster keeps."""
        told = [f"--add-scram={how}=[name={USER},password={PASSWORD}]" for how in HOW]
        command = [*self._java(), "kafka.tools.StorageTool", "format", "-t", self._cluster, "-c", str(settings), *told]
        subprocess.run(command, env=self._environment(), check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """It runs, without topics."""
    folder = tmp_path_factory.mktemp("kafka")
    certify(folder, "broker", "ours")
    kafka = Guarded(folder)
    kafka.start()
    try:
        wait_ready(kafka)
        yield kafka
    finally:
        kafka.stop()


def settings_of(kafka: Guarded, **more: object) -> Settings:
    ours = kafka.folder / "ours.pem"
    named = {"kafka": f"127.0.0.1:{kafka.guarded}", "kafka_security": "sasl_ssl", "kafka_sasl": "PLAIN"}
    login = {"kafka_user": USER, "kafka_password": PASSWORD, "kafka_ca": kafka.folder / "ca.pem"}
    return Settings.model_validate({**named, **login, "kafka_certificate": ours, "session_timeout_s": 10, **more})


async def nothing(_: object) -> None:
    """What a reader does about its partitions."""


async def test_everybody_gets_in(guarded: Guarded, tmp_path: Path) -> None:
    settings = settings_of(guarded)
    assert PIM_PRODUCTS.name in (await topic_admin.apply(client(settings))).made
    producer = KafkaProducer(settings)
    await producer.start()
    await producer.send(PIM_PRODUCTS.name, key=b"k", value=b"said")
    await producer.send(DECISIONS.name, key=b"k", value=b"decided")
    await producer.stop()
    assert [value async for _, value in latest.records(settings, PIM_PRODUCTS.name)] == [b"said"]
    assert await KafkaLetters(settings).lately(f"{PIM_PRODUCTS.name}.linker.dlq", 60) == []

    reader = KafkaConsumer(settings, "reader", [PIM_PRODUCTS.name], static=False)
    await reader.start(nothing, nothing)
    while not (found := await reader.poll(10, 0.2)):
        pass
    assert [record.value for record in found] == [b"said"] and await reader.logs()
    await reader.stop()
    assert await groups.behind(settings, "reader", PIM_PRODUCTS.name) == 1
    assert await streamed(settings, tmp_path) == b"decided"


async def streamed(settings: Settings, scratch: Path, group: str = "stream") -> bytes | None:
    """The first record that Faust hands over."""
    heard: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()

    async def process(record: Record) -> None:
        if not heard.done():
            heard.set_result(record.value)

    stream = Stream(settings, group, [DECISIONS.name], process, scratch)
    running = asyncio.create_task(stream.run())
    try:
        return await asyncio.wait_for(heard, 60)
    finally:
        stream.stop()
        await running


@pytest.mark.parametrize("how", HOW)
async def test_scram_lets_in_as_plain_does(guarded: Guarded, tmp_path: Path, how: str) -> None:
    settings = settings_of(guarded, kafka_sasl=how)
    await topic_admin.apply(client(settings))
    producer = KafkaProducer(settings)
    await producer.start()
    await producer.send(DECISIONS.name, key=b"k", value=how.encode())
    await producer.stop()
    assert how.encode() in [value async for _, value in latest.records(settings, DECISIONS.name)]
    assert await streamed(settings, tmp_path, f"stream-{how}") is not None
    stranger = KafkaProducer(settings.model_copy(update={"kafka_password": "wrong"}))
    with pytest.raises(Unavailable):
        await asyncio.wait_for(stranger.start(), 60)
    await stranger.stop()


PLAINTEXT = {"kafka_security": "plaintext", "kafka_user": "", "kafka_password": "", "kafka_ca": None}


@pytest.mark.parametrize(
    "wrong", [{"kafka_password": "wrong"}, {"kafka_ca": None}, {**PLAINTEXT, "kafka_certificate": None}]
)
async def test_who_does_not_fit_stays_outside(guarded: Guarded, wrong: dict[str, object]) -> None:
    producer = KafkaProducer(settings_of(guarded, **wrong))
    with pytest.raises(Unavailable):
        await asyncio.wait_for(producer.start(), 60)
    await producer.stop()


def test_a_password_is_shown_nowhere(guarded: Guarded) -> None:
    assert PASSWORD not in repr(settings_of(guarded, kafka_user="u"))
    with pytest.raises(ValueError, match="PACKSHOT_KAFKA_SECURITY") as refused:
        settings_of(guarded, kafka_security="plaintext")
    assert PASSWORD not in str(refused.value)
