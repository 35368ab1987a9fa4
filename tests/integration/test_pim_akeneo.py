"""The pim service as a process, on a real broker and store, before an Akeneo of ours; killed where it hurts."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from aiohttp import ClientError, ClientSession
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from cli import pim as pim_command
from cli.servers.stack import Stack
from runtime.config import Settings
from runtime.kafka import KafkaProducer
from runtime.memory_store import MemoryBucket
from runtime.publisher import Publisher
from runtime.records import Records
from runtime.s3_store import Store
from schemas.product import PimEvent, Product
from services.pim.akeneo.client import Client
from services.pim.akeneo.hooks import PATH, SIGNATURES
from services.pim.akeneo.tokens import Login
from services.pim.handler import product_object
from services.pim.writeback import overwrite_object
from tests.e2e.member import Member, free_port
from tests.fakes.akeneo import FakeAkeneo, served
from tests.fakes.world import World
from tests.suites.labs import fresh, until
from tests.unit.pim.shop import MAIN, Shop

pytestmark = [pytest.mark.broker, pytest.mark.timeout(240)]
EVENTS = "akeneo-events"
"""A topic that Akeneo's Event Platform writes to."""
MAPPING = "write:\n  - {attribute: main, kind: image, of: main, preset: web, owner: packshot}\n"


@pytest.fixture
async def shop(s3: Settings) -> AsyncIterator[tuple[Shop, Login]]:
    """Its world is the real one."""
    store, producer = Store(s3), KafkaProducer(s3)
    await producer.start()
    world = World(library=cast(MemoryBucket, store.bucket(s3.library_bucket)))
    world.publisher = Publisher(producer, "test")
    world.records = Records(world.library, world.publisher)
    pim = FakeAkeneo()
    async with served(pim) as login, Client(login) as client:
        yield Shop(world, pim, client, (MAIN,)), login
    await producer.stop()
    store.close()


class Pim:
    """Its process, which a test may have killed at a step."""

    def __init__(self, stack: Stack, login: Login, folder: Path, poll_s: str = "0.5") -> None:
        self._folder, self._kills, self.hooks_port = folder, 0, free_port()
        (folder / "mapping.yaml").write_text(MAPPING)
        settings = {
            "AKENEO_URL": login.url, "AKENEO_CLIENT_ID": login.client_id, "AKENEO_SECRET": login.secret,
            "AKENEO_USER": login.user, "AKENEO_PASSWORD": login.password, "AKENEO_POLL_S": poll_s,
            "AKENEO_MAPPING": str(folder / "mapping.yaml"), "SESSION_TIMEOUT_S": "6",
            "AKENEO_EVENTS_SECRET": "events", "HOOKS_PORT": str(self.hooks_port),
            "AKENEO_EVENTS_KAFKA": stack.env()["PACKSHOT_KAFKA"], "AKENEO_EVENTS_TOPIC": EVENTS,
            "AKENEO_EVENTS_TLS": "false",
        }  # fmt: skip
        own = {f"PACKSHOT_{name}": value for name, value in settings.items()}
        self.member = Member("pim", 0, folder, stack.env() | own | {"PACKSHOT_SPOOL": str(folder / "spool")})

    async def killed_at(self, step: str) -> None:
        """Started, killed at that step, and started again."""
        self._kills += 1
        await asyncio.to_thread(self.member.stop)
        self.member.start(kill_at=f"{step}:{self._folder / str(self._kills)}")

    async def died_and_back(self) -> None:
        """When it has died."""
        await until(lambda: not self.member.alive)
        self.member.start()


async def test_products_come_and_pictures_go_though_it_is_killed(
    shop: tuple[Shop, Login], kafka: Settings, stack: Stack, tmp_path: Path
) -> None:
    sku, uuid, (stage, login) = fresh("S"), fresh("u"), shop
    stage.pim.product(uuid, sku, values={"name": "Trainer"})
    pim = Pim(stack, login, tmp_path)
    try:
        await pim.killed_at("pim.polled")
        await pim.died_and_back()
        path = product_object(PimEvent(system="akeneo", id=uuid))
        while (stored := await stage.world.library.get(path)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        assert Product.model_validate_json(stored.body).name == "Trainer"
        await pim.killed_at("pim.delivered")
        await stage.media(sku, "a")
        await stage.picture("a")
        await pim.died_and_back()
        await until(lambda: stage.shows(uuid, "main") == "a 1 ")
        stage.pim.product(uuid, sku, values={"main": []})
        await stage.world.library.put(overwrite_object("akeneo", sku), b"")
        await until(lambda: stage.shows(uuid, "main") == "a 1 ")
        await stage.media(sku)
        await until(lambda: stage.shows(uuid, "main") is None)
        assert await pim_command._deliver(stage.world.library, kafka) == 0
    finally:
        await asyncio.to_thread(pim.member.stop)


async def test_an_event_brings_a_change_long_before_the_next_question(
    shop: tuple[Shop, Login], kafka: Settings, stack: Stack, tmp_path: Path
) -> None:
    """By HTTPS, and from a topic on a Kafka that others write to."""
    sku, uuid, (stage, login) = fresh("S"), fresh("u"), shop
    stage.pim.product(uuid, sku, values={"name": "Trainer"})
    pim = Pim(stack, login, tmp_path, poll_s="600")
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(EVENTS, num_partitions=2, replication_factor=1)])
    await admin.close()
    path = product_object(PimEvent(system="akeneo", id=uuid))

    async def name() -> str:
        stored = await stage.world.library.get(path)
        return Product.model_validate_json(stored.body).name if stored else ""

    pim.member.start()
    try:
        for wanted in ("Trainer", "Boot"):
            stage.pim.product(uuid, sku, values={"name": wanted})
            event = {"type": "com.akeneo.pim.v1.product.updated", "data": {"product": {"uuid": uuid}}}
            body = json.dumps(event).encode()
            signed = {SIGNATURES[1]: hmac.new(b"events", body, hashlib.sha256).hexdigest()}
            async with ClientSession() as session:
                while await name() != wanted:
                    with suppress(ClientError):
                        await session.post(f"http://127.0.0.1:{pim.hooks_port}{PATH}", data=body, headers=signed)
                    await asyncio.sleep(0.2)
        stage.pim.product(uuid, sku, values={"name": "Sandal"})
        producer = KafkaProducer(kafka)
        await producer.start()
        for value in (b"no event", None, body, body):
            await producer.send(EVENTS, key=b"any", value=value)
        await producer.stop()
        while await name() != "Sandal":  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    finally:
        await asyncio.to_thread(pim.member.stop)
