"""What is due, in the view. Every function raises Unavailable on an outage."""

import json
from dataclasses import dataclass
from datetime import datetime

from runtime.database import Database
from schemas.delivery import Delivery
from schemas.webhook import Endpoint
from services.webhooks.event import Due, Told
from services.webhooks.projector import note

COUNTED = 10_000
"""More than these are not counted."""
NEXT = """SELECT d.tries, e.*, t.event AS told_event, t.content AS told_content, t.shown AS told_shown
FROM webhooks.due d JOIN webhooks.entity e USING (entity)
LEFT JOIN webhooks.told t ON t.endpoint = d.endpoint AND t.entity = d.entity
WHERE d.endpoint = $1 AND d.next <= now() ORDER BY {} LIMIT $2"""
LONGEST, LEAST_TRIED = NEXT.format("d.since"), NEXT.format("d.tries, d.since")
STAND = """SELECT p.fields, p.touched, s.failing_since, coalesce(s.given_up, false) AS given_up,
  (SELECT count(*) FROM (SELECT FROM webhooks.due WHERE endpoint = $1 LIMIT $2) AS counted) AS waiting,
  (SELECT min(since) FROM webhooks.due WHERE endpoint = $1) AS oldest,
  (SELECT extract(epoch FROM min(next) - now())::float8 FROM webhooks.due WHERE endpoint = $1) AS next_s
FROM webhooks.endpoint p LEFT JOIN webhooks.status s ON s.endpoint = p.id WHERE p.id = $1"""
PUT_OFF = """UPDATE webhooks.due SET tries = tries + 1, next = now() + make_interval(secs => $3)
WHERE endpoint = $1 AND entity = $2"""


@dataclass(frozen=True)
class Stand:
    """An endpoint, and how it stands with it."""

    endpoint: Endpoint
    touched: datetime
    """When somebody changed it last."""
    failing_since: datetime | None
    given_up: bool
    waiting: int
    oldest: datetime | None
    next_s: float | None
    """Until something may be tried (again)."""


async def active(database: Database) -> list[str]:
    """All endpoints that are sent anything."""
    async with database.reading() as connection:
        return [row["id"] for row in await connection.fetch("SELECT id FROM webhooks.endpoint WHERE active")]


async def stand(database: Database, endpoint: str) -> Stand | None:
    """None where there is no such endpoint (any more)."""
    async with database.reading() as connection:
        row = await connection.fetchrow(STAND, endpoint, COUNTED)
    if row is None:
        return None
    said = Endpoint.model_validate_json(row["fields"])
    told = (row["touched"], row["failing_since"], row["given_up"])
    return Stand(said, *told, row["waiting"], row["oldest"], row["next_s"])


async def upcoming(database: Database, endpoint: str, most: int, *, probe: bool = False) -> list[Due]:
    """What may be sent now. An entity is in it once: so its states keep their order.

    What waits longest comes first; to probe, what was refused least, or one that is never taken would always be tried.
    """
    async with database.reading() as connection:
        rows = await connection.fetch(LEAST_TRIED if probe else LONGEST, endpoint, most)
    return [
        Due(
            entity=row["entity"],
            shown=row["shown"],
            before=row["before"],
            content=row["content"],
            data=json.loads(row["data"]),
            changed=row["changed"],
            changed_by=row["changed_by"],
            told=Told(row["told_event"], row["told_content"], row["told_shown"]) if row["told_event"] else None,
            tries=row["tries"],
        )
        for row in rows
    ]


async def delivered(database: Database, delivery: Delivery) -> None:
    """It has it: no more due, unless it has changed since."""
    async with database.transaction() as connection:
        await note(connection, delivery)


async def drop(database: Database, endpoint: str, due: Due) -> None:
    """There is nothing to say of it, as it is now."""
    async with database.transaction() as connection:
        await connection.execute(
            "DELETE FROM webhooks.due d USING webhooks.entity e WHERE d.endpoint = $1 AND d.entity = $2 "
            "AND e.entity = d.entity AND e.content = $3",
            endpoint,
            due.entity,
            due.content,
        )


async def put_off(database: Database, endpoint: str, entity: str, seconds: float) -> None:
    """It was not taken: not before so many seconds again."""
    async with database.transaction() as connection:
        await connection.execute(PUT_OFF, endpoint, entity, seconds)


async def hurry(database: Database, endpoint: str) -> None:
    """It takes messages again: whatever was put off may be sent now."""
    async with database.transaction() as connection:
        await connection.execute("UPDATE webhooks.due SET next = now() WHERE endpoint = $1 AND next > now()", endpoint)
