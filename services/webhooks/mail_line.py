"""The mail server's place among the endpoints: it is told of shoots and reports, in a line of its own, and of
each once."""

from datetime import UTC, datetime

from runtime.database import Database
from schemas.webhook import MAIL, Endpoint
from services.webhooks.letter import OLD
from services.webhooks.mail import SCHEME
from services.webhooks.projector import LOCK, OWED

_ENROL = """INSERT INTO webhooks.endpoint (id, revision, fields, active, about, made, touched)
VALUES ($1, 1, $2, $3, '{shoot,report}', $4, $5) ON CONFLICT (id) DO UPDATE
SET fields = excluded.fields, active = excluded.active, made = excluded.made, touched = excluded.touched"""


async def enrol(database: Database, *, active: bool, now: datetime | None = None) -> None:
    """At each start. Who was given up is tried again. Raises Unavailable."""
    at = now or datetime.now(UTC)
    endpoint = Endpoint(url=SCHEME, events=["shoot.settled", "report.made"], made=at - OLD)
    async with database.transaction() as connection:
        await connection.execute(LOCK)
        await connection.execute(_ENROL, MAIL, endpoint.model_dump_json(), active, endpoint.made, at)
        await connection.execute("DELETE FROM webhooks.due WHERE endpoint = $1", MAIL)
        await connection.execute(OWED.format("endpoint"), [MAIL])
