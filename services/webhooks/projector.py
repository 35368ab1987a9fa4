"""Records of the compacted topics become rows, each guarded by its revision; then what is due is made anew."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg

from runtime.broker import Record
from runtime.projection import Change
from schemas.base import Contract
from schemas.decision import Fact
from schemas.delivery import Delivery
from schemas.facet import Facet
from schemas.finding import KIND as FINDING
from schemas.head import HeadFacet
from schemas.product import ProductMedia
from schemas.readiness import ReadinessChanged
from schemas.recall import KIND as RECALL
from schemas.report import KIND as REPORT
from schemas.shoot import Shoot
from schemas.topics import ASSET_METADATA, DELIVERIES, FACTS, PRODUCT_MEDIA, READINESS, SHOOTS
from schemas.webhook import KIND, STATUS, TARGET, Endpoint
from services.webhooks.rows import (
    EntityRow,
    asset_rows,
    fact_entity,
    finding_row,
    product_row,
    readiness_row,
    report_row,
    shoot_entity,
    shoot_row,
    task_row,
)

TOPICS = (ASSET_METADATA, PRODUCT_MEDIA, SHOOTS, READINESS, FACTS, DELIVERIES)
FACT_ROWS = {RECALL: task_row, FINDING: finding_row, REPORT: report_row}
ABOUT = (KIND, *FACT_ROWS)
"""Kinds of facts that concern it."""
LOCK = "SELECT pg_advisory_xact_lock(hashtext('packshot.webhooks'))"
"""What is due follows from several tables: who makes it anew must see what the others have committed."""
_PUT = """INSERT INTO webhooks.entity AS e (entity, revision, shown, content, data, changed, changed_by, turns, head)
VALUES ($1, $2, $3, $4, $5, $6, $2, $7, $8) ON CONFLICT (entity) DO UPDATE SET revision = excluded.revision,
  before = CASE WHEN e.content = excluded.content THEN e.before ELSE e.shown END,
  changed = CASE WHEN e.content = excluded.content THEN e.changed ELSE excluded.changed END,
  changed_by = CASE WHEN e.content = excluded.content THEN e.changed_by ELSE excluded.changed_by END,
  data = CASE WHEN e.content = excluded.content THEN e.data ELSE excluded.data END,
  shown = excluded.shown, content = excluded.content, turns = excluded.turns, head = excluded.head
WHERE excluded.revision {} e.revision RETURNING changed_by = revision"""
ENTITY, TURN = _PUT.format(">"), _PUT.format("=")
"""Of a newer record; of the same, as time has turned it."""
ENDPOINT = """INSERT INTO webhooks.endpoint VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, fields = excluded.fields, active = excluded.active,
  about = excluded.about, touched = excluded.touched, replay_asked = excluded.replay_asked,
  replay_since = excluded.replay_since, replay_entity = excluded.replay_entity
WHERE excluded.revision > endpoint.revision RETURNING true"""
TOLD = """INSERT INTO webhooks.told VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (endpoint, entity) DO UPDATE
SET revision = excluded.revision, event = excluded.event, content = excluded.content,
  shown = excluded.shown, replay = excluded.replay
WHERE excluded.revision > told.revision"""
STANDS = """INSERT INTO webhooks.status VALUES ($1, $2, $3, $4) ON CONFLICT (endpoint) DO UPDATE
SET revision = excluded.revision, failing_since = excluded.failing_since, given_up = excluded.given_up
WHERE excluded.revision > status.revision"""
FORGET = """DELETE FROM webhooks.due d WHERE (d.entity = ANY($1::text[]) OR d.endpoint = ANY($2::text[])) AND NOT EXISTS
(SELECT FROM webhooks.owed o WHERE o.endpoint = d.endpoint AND o.entity = d.entity)"""
OWED = """INSERT INTO webhooks.due (endpoint, entity, since) SELECT endpoint, entity, since FROM webhooks.owed
WHERE {} = ANY($1::text[]) ON CONFLICT (endpoint, entity) DO UPDATE
SET since = excluded.since, tries = 0, next = now() WHERE due.since <> excluded.since"""


def concerns(record: Record) -> bool:
    """Most records say nothing to this view: they are not even decoded."""
    key = record.key or b""
    match record.topic:
        case ASSET_METADATA.name:
            return key.endswith(b"/head")
        case FACTS.name:
            return key.partition(b"/")[0].decode() in ABOUT
        case DELIVERIES.name:
            return key.startswith(TARGET.encode())
    return True


async def apply(connection: asyncpg.Connection, changes: Sequence[Change]) -> None:
    """Write a batch, oldest first. Doing it again changes nothing."""
    await connection.execute(LOCK)
    entities, endpoints = set[str](), set[str]()
    for change in changes:
        for row in _rows(change.message):
            entities |= await _entity(connection, row)
        match change.message:
            case Fact(kind="webhook") as fact:
                endpoints |= await _endpoint(connection, fact)
            case Delivery() as delivery if delivery.target.startswith(TARGET):
                entities |= await _told(connection, delivery)
            case None:
                entities |= await _forget(connection, change.record)
    await refresh(connection, entities, endpoints)


def _rows(message: Contract | None) -> list[EntityRow]:
    """What a record says of entities."""
    match message:
        case Facet(facet="head") as facet:
            head = HeadFacet.model_validate(facet.data)
            return asset_rows(facet.asset_id, facet.revision, head, facet.written, datetime.now(UTC))
        case ProductMedia() as media:
            return [product_row(media)]
        case Shoot() as shoot:
            return [shoot_row(shoot)]
        case ReadinessChanged() as verdict:
            return [readiness_row(verdict)]
        case Fact() as fact if fact.kind in FACT_ROWS:
            return [FACT_ROWS[fact.kind](fact)]
    return []


async def _entity(connection: asyncpg.Connection, row: EntityRow) -> set[str]:
    return {row.entity} if await connection.fetchval(ENTITY, *row) else set()


async def _endpoint(connection: asyncpg.Connection, fact: Fact) -> set[str]:
    said = Endpoint.model_validate(fact.fields)
    replay = said.replay
    row = (
        fact.id,
        fact.revision,
        json.dumps(fact.fields),
        said.enabled and not said.removed,
        sorted({event.partition(".")[0] for event in said.events}),
        said.made,
        fact.written,
        *((replay.asked, replay.since, replay.entity) if replay else (None, None, None)),
    )
    return {fact.id} if await connection.fetchval(ENDPOINT, *row) else set()


async def note(connection: asyncpg.Connection, delivery: Delivery) -> None:
    """What was just delivered, before the topic tells it: it is not due any more, unless it has changed since."""
    await connection.execute(LOCK)
    await refresh(connection, await _told(connection, delivery), set())


async def _told(connection: asyncpg.Connection, delivery: Delivery) -> set[str]:
    endpoint = delivery.target.removeprefix(TARGET)
    if delivery.entity.startswith(STATUS):
        failing, given_up = (delivery.lag.failing_since, delivery.lag.given_up) if delivery.lag else (None, False)
        await connection.execute(STANDS, endpoint, delivery.revision, failing, given_up)
        return set()
    [(event, place)] = delivery.places.items()
    shown = int(place.value) if place.value else None
    row = (endpoint, delivery.entity, delivery.revision, event, place.content, shown, delivery.replay)
    await connection.execute(TOLD, *row)
    return {delivery.entity}


async def _forget(connection: asyncpg.Connection, record: Record) -> set[str]:
    """A tombstone."""
    key = (record.key or b"").decode()
    if record.topic == DELIVERIES.name:
        target, _, entity = key.partition("/")
        endpoint = target.removeprefix(TARGET)
        await connection.execute("DELETE FROM webhooks.told WHERE endpoint = $1 AND entity = $2", endpoint, entity)
        return {entity}
    if record.topic == FACTS.name and key.startswith(f"{KIND}/"):
        await connection.execute("DELETE FROM webhooks.endpoint WHERE id = $1", key.partition("/")[2])
        await connection.execute("DELETE FROM webhooks.due WHERE endpoint = $1", key.partition("/")[2])
        return set()
    match record.topic:
        case ASSET_METADATA.name:
            entities = {f"{kind}/{key.removesuffix('/head')}" for kind in ("asset", "life")}
        case FACTS.name:
            kind, _, name = key.partition("/")
            entities = {f"task/{name}" if kind == RECALL else fact_entity(kind, name)}
        case SHOOTS.name:
            entities = {shoot_entity(key)}
        case _:
            entities = {f"product/{key}"}
    await connection.execute("DELETE FROM webhooks.entity WHERE entity = ANY($1::text[])", sorted(entities))
    return entities


async def refresh(connection: asyncpg.Connection, entities: set[str], endpoints: set[str]) -> None:
    """Make anew what is due of these. Under `LOCK`."""
    if not entities and not endpoints:
        return
    await connection.execute(FORGET, list(entities), list(endpoints))
    await connection.execute(OWED.format("entity"), list(entities))
    if endpoints:
        await connection.execute(OWED.format("endpoint"), list(endpoints))
