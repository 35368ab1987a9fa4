"""The life of the process: everything is built here, started in the order it needs, and stopped the other way round."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg

from runtime import lags, scratch
from runtime.broker import Partition
from runtime.bulk import Jobs
from runtime.buried import Buried
from runtime.buried_kafka import KafkaShelf
from runtime.database import Database
from runtime.deadletter import DeadLetters
from runtime.groups import behind, committed
from runtime.health import Health, serve
from runtime.kafka import KafkaConsumer, KafkaProducer
from runtime.letters import KafkaLetters
from runtime.minio_store import client_of
from runtime.objects import Bucket
from runtime.outage import ride_out
from runtime.process import ended
from runtime.projection import Change, Projection
from runtime.publisher import Publisher
from runtime.records import Records
from runtime.resending import Resending
from runtime.room import Room
from runtime.s3_store import Store
from runtime.tail import tail
from runtime.web import Web
from schemas.envelope import Event
from schemas.topics import ASSET_METADATA, VIDEO_PROGRESS
from schemas.video import VideoProgress
from services.catalog.api.access import Access
from services.catalog.api.app import create_app
from services.catalog.api.deps import Deps
from services.catalog.api.downloads import note
from services.catalog.api.pace import Pace
from services.catalog.audits.counted import Counted
from services.catalog.audits.find import understood
from services.catalog.audits.reporting import Reporting
from services.catalog.audits.rules import load_rules
from services.catalog.channels.load import load_channels
from services.catalog.channels.model import Channel
from services.catalog.channels.tally import Tally, hinted
from services.catalog.channels.watch import Watch
from services.catalog.comparing import Comparing
from services.catalog.config import CatalogSettings
from services.catalog.costs.taking import Taking as Taken
from services.catalog.ddl import GROUP, SCHEMA, ddl
from services.catalog.drops.model import load_drops
from services.catalog.drops.places import targets
from services.catalog.drops.pushing import Pushing
from services.catalog.drops.standing import standings
from services.catalog.feeds.refilled import Refilled
from services.catalog.idle import Idle
from services.catalog.inbound.fetching import Fetcher
from services.catalog.inbound.importing import Importing
from services.catalog.inbound.parts import InboxParts, cleaning
from services.catalog.inbound.taking import Taking
from services.catalog.letters import Letters
from services.catalog.live import Live
from services.catalog.lookalikes import Lookalikes
from services.catalog.looks.looking import looking
from services.catalog.meaning.embedder import Embedder
from services.catalog.meaning.near import Meaning
from services.catalog.meaning.reader import Reader
from services.catalog.oidc.setting import signing_in
from services.catalog.once import ddl as once
from services.catalog.operations.bulk import Bulk
from services.catalog.operations.looking import Looking
from services.catalog.operations.members import Members, read
from services.catalog.operations.queue import Queue
from services.catalog.presign import presigner, public_client
from services.catalog.projector import TOPICS, apply
from services.catalog.recalls import copies, strays
from services.catalog.recalls.opening import Opening
from services.catalog.shoots.settling import Settling
from services.catalog.stock import Stock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Means:
    """What the parts of the process share: connections, buckets, a scratch folder."""

    database: Database
    answering: Database
    producer: KafkaProducer
    publisher: Publisher
    library: Bucket
    inbox: Bucket
    spool: Path


@dataclass(frozen=True)
class Parts:
    """What follows the records: the view itself, and what is made of it."""

    projection: Projection
    meaning: Meaning
    channels: Mapping[str, Channel]
    tally: Tally
    audited: Counted
    settling: Settling
    idle: Idle


async def run(settings: CatalogSettings) -> None:
    """Serve until SIGTERM or SIGINT. An outage at the start is waited for; health says so."""
    async with AsyncExitStack() as stack:
        health = Health("catalog")
        metrics = await serve(health, settings.metrics_host, settings.metrics_port)
        stack.callback(metrics.close)
        means = await _means(settings, stack)
        consumer = KafkaConsumer(settings, GROUP, [topic.name for topic in TOPICS], gather_s=0.4)
        parts = await _parts(settings, means, consumer)
        projection, may = parts.projection, parts.settling.may
        health.checks["projection"], health.waits["projection"] = projection.problem, projection.filling
        health.behind[GROUP] = consumer.behind
        uploads = InboxParts(client_of(settings), public_client(settings), settings.inbox_bucket)
        deps = await _deps(settings, means, parts, uploads, stack)
        stack.callback(asyncio.create_task(_look_on(settings, deps)).cancel)
        beside = (
            parts.idle,
            parts.settling,
            *_letters(deps.looking),
            *_of_one(deps, means.inbox, may),
            _pushing(deps, means, may),
        )
        others = (*(one.run() for one in beside), cleaning(uploads), deps.fetched.run(partial(note, deps)))
        await _together(settings, deps, projection, others, health)


async def _means(settings: CatalogSettings, stack: AsyncExitStack) -> Means:
    database = Database(settings.database_url)
    answering = Database(settings.database_url, connections=8, searching=True)
    stack.push_async_callback(database.close)
    stack.push_async_callback(answering.close)
    await _schemas(database)
    producer = KafkaProducer(settings)
    await ride_out(producer.start)
    stack.push_async_callback(producer.stop)
    store = Store(settings)
    stack.callback(store.close)
    library, inbox = store.bucket(settings.library_bucket), store.bucket(settings.inbox_bucket)
    spool = _spool(settings, stack)
    return Means(database, answering, producer, Publisher(producer, "catalog"), library, inbox, spool)


async def _parts(settings: CatalogSettings, means: Means, consumer: KafkaConsumer) -> Parts:
    database, library, publisher = means.database, means.library, means.publisher
    meaning, channels = _meaning(means.answering, settings), load_channels(settings.channels)
    tally = Tally(database, channels, Watch(library, publisher, lambda: settling.may()), lambda: projection.filling())
    audited = await _audited(settings, database, library, lambda: projection.filling())
    settling = Settling(
        *(database, means.inbox, library, Records(library, publisher)),
        settings.shoot_quiet_s,
        may=lambda: _is_first(consumer) and not projection.filling(),
    )
    idle = Idle(
        *(meaning.step, Comparing(database, library).step, Lookalikes(database).step),
        *(Refilled(database, library).step, Taken(database, library).step),
        *(tally.step, audited.step, _reporting(settings, means, audited, settling.may).step, Stock(database).step),
    )
    applied = _applying(tally, idle.disturb, audited.changed)
    dead = DeadLetters(publisher, GROUP, KafkaLetters(settings), settings.dead_letter_pause_s)
    projection = Projection(consumer, database, SCHEMA, applied, dead, max_attempts=settings.max_attempts)
    return Parts(projection, meaning, channels, tally, audited, settling, idle)


async def _deps(
    settings: CatalogSettings, means: Means, parts: Parts, uploads: InboxParts, stack: AsyncExitStack
) -> Deps:
    """What the routes of the API and of the page work with."""
    library, spool = means.library, means.spool
    return Deps(
        *(settings, means.answering, library, means.publisher, presigner(settings)),
        Access(settings.admin_key, session_hours=settings.session_hours),
        Live(settings.database_url, most=settings.live_clients),
        parts.meaning.near,
        Taking(means.inbox, spool, Room(spool, settings.scratch_bytes)),
        uploads,
        known=parts.meaning.known,
        pace=Pace(settings.api_rate),
        channels=parts.channels,
        tally=parts.tally,
        audited=parts.audited,
        drops=standings(load_drops(settings.drops, parts.channels)),
        looking=_looked_at(settings, means, parts.settling.may),
        sign_in=await stack.enter_async_context(signing_in(settings)),
        looks=await stack.enter_async_context(looking(means.answering, spool, settings)),
    )


def _looked_at(settings: CatalogSettings, means: Means, may: Callable[[], bool]) -> Looking:
    buried = Buried(KafkaShelf(settings, means.producer))
    return Looking(
        Queue(lambda: lags.measure(settings)),
        Members(read(settings.members)),
        buried,
        Bulk(means.library, partial(committed, settings)),
        Resending(Jobs(means.library), buried, partial(behind, settings), may),
    )


def _applying(
    tally: Tally, *told: Callable[[], None]
) -> Callable[[asyncpg.Connection, Sequence[Change]], Awaitable[None]]:
    """told: who wants to know that records come in."""

    async def applied(connection: asyncpg.Connection, changes: Sequence[Change]) -> None:
        for tell in told:
            tell()
        await apply(connection, changes)
        tally.hint(*hinted(changes))

    return applied


async def _schemas(database: Database) -> None:
    for schema, tables in ((SCHEMA, ddl()), (once.SCHEMA, once.ddl())):
        await ride_out(partial(database.make, schema, tables))


def _is_first(consumer: KafkaConsumer) -> bool:
    """Of several processes one writes reports, fetches imports and makes tasks."""
    return Partition(ASSET_METADATA.name, 0) in consumer.assignment()


def _of_one(deps: Deps, inbox: Bucket, may: Callable[[], bool]) -> tuple[Opening, Opening, Importing]:
    """What one process of several does."""
    settings, taking = deps.settings, deps.taking
    most = min(settings.import_bytes, settings.scratch_bytes)
    fetcher = Fetcher(private=settings.import_private, most=most, seconds=settings.import_seconds)
    importing = Importing(deps.database, inbox, deps.publisher, fetcher, taking.spool, taking.room, most, may)
    opening = partial(Opening, deps.database, deps.publisher, may)
    return opening(copies.untold), opening(strays.untold), importing


def _letters(looking: Looking) -> list[Letters | Resending]:
    """What is done about dead letters."""
    found = [Letters(looking.buried) if looking.buried else None, looking.resending]
    return [one for one in found if one]


def _pushing(deps: Deps, means: Means, may: Callable[[], bool]) -> Pushing:
    where = targets(deps.drops.values(), os.environ)
    return Pushing(
        *(means.database, means.library, deps.channels, deps.drops, where, means.spool, deps.settings.public_url),
        may,
    )


def _reporting(settings: CatalogSettings, means: Means, audited: Counted, may: Callable[[], bool]) -> Reporting:
    to = [one for part in settings.audit_report_to.split(",") if (one := part.strip())]
    day = settings.audit_report_day
    return Reporting(means.database, means.library, means.publisher, audited.rules, day, to, may)


async def _look_on(settings: CatalogSettings, deps: Deps) -> None:
    """Films in the making, for whoever looks."""

    def told(event: Event) -> None:
        progress = VideoProgress.model_validate(event.data)
        deps.making.take(progress)
        deps.live.tell({"event": "film", "data": progress.model_dump(mode="json")})

    await tail(settings, VIDEO_PROGRESS, told)


async def _together(
    settings: CatalogSettings,
    deps: Deps,
    projection: Projection,
    beside: Iterable[Coroutine[Any, Any, None]],
    health: Health,
) -> None:
    """`beside`: what goes on until the end."""
    server = Web(create_app(deps), settings.http_host, settings.http_port)
    following = asyncio.create_task(projection.run())
    serving = asyncio.create_task(server.run())
    others = {asyncio.create_task(one) for one in (deps.live.run(), *beside)}
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    health.checks["http"] = server.problem
    health.ready = True
    log.info("catalog has started")
    done: set[asyncio.Task[None]] = set()
    try:
        done, _ = await asyncio.wait({following, serving, *others}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        log.info("catalog ends")
        server.stop()
        projection.stop()
        for one in others:
            one.cancel()
        # The first error ends the process; the launcher starts it again.
        await ended(done, {serving, following} - done)


def _spool(settings: CatalogSettings, stack: AsyncExitStack) -> Path:
    spool, claim = scratch.claim(Path(settings.spool), f"catalog-{settings.ordinal}")
    stack.callback(claim.close)
    return spool


def _meaning(answering: Database, settings: CatalogSettings) -> Meaning:
    return Meaning(answering, Reader(lambda: Embedder(settings.models_folder)))


async def _audited(
    settings: CatalogSettings, database: Database, library: Bucket, filling: Callable[[], object]
) -> Counted:
    """The audit by rules that PostgreSQL understands. Raises AuditsError or BadRule, so that nothing starts."""
    rules = load_rules(settings.audits, load_channels(settings.channels))
    await ride_out(lambda: understood(database, rules.values()))
    return Counted(database, rules, library, filling)
