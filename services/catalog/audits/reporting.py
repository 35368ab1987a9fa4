"""Once a week a report: made from two nights, written once, then said, so that it is mailed and told once.

Object, decision, in this order. The object is written only where there is none, so whoever makes it a second time, or
beside another process, says what stands there; and a decision that says the same twice changes nothing.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from runtime.database import Database
from runtime.objects import Bucket, Exists
from runtime.publisher import Outgoing, Publisher
from runtime.steps import step
from schemas.decision import Decision
from schemas.report import KIND, AuditReport
from schemas.topics import DECISIONS
from services.catalog.audits import nights, trend
from services.catalog.audits.assigned import given_to
from services.catalog.audits.report import report
from services.catalog.audits.rules import Rule

log = logging.getLogger(__name__)
FOLDER = "audits/report/"
WEEK = timedelta(days=7)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_GIVEN = 10_000
BY = "audit"
_PRODUCTS = """
SELECT a.id, a.skus, p.sku, p.name FROM unnest($1::text[]) one
LEFT JOIN catalog.asset a ON a.id = one LEFT JOIN catalog.product p ON p.sku = one OR p.sku = ANY(a.skus)
"""


class Reporting:
    """day: of the week; to: who gets it by mail; may: whether this process is the one that makes it."""

    def __init__(
        self,
        database: Database,
        library: Bucket,
        publisher: Publisher,
        rules: Mapping[str, Rule],
        day: str = DAYS[0],
        to: Sequence[str] = (),
        may: Callable[[], bool] = lambda: True,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self._database, self._library, self._publisher = database, library, publisher
        self._rules, self._day, self._to, self._may, self._today = rules, DAYS.index(day), to, may, today
        self._done = ""

    async def step(self) -> bool:
        """Make this week's where it is due; False where there is nothing to do. Raises Unavailable."""
        today = self._today()
        due = (today - timedelta(days=(today.weekday() - self._day) % 7)).isoformat()
        if due == self._done or not self._may():
            return False
        if await _said(self._database, due):
            self._done = due
            return False
        made = await stored(self._library, due) or await self._made(due)
        if made is None:
            return False
        step("audit.reported")
        await self._publisher.publish(_decision(made))
        step("audit.told")
        self._done = due
        log.info("the audit's report of %s is made: %d findings", due, made.total("count"))
        return True

    async def _made(self, due: str) -> AuditReport | None:
        """None until there was a run on that day or after it, and one before it to compare with."""
        known = await nights.days(self._library)
        after = [day for day in known if day >= due]
        before = [day for day in known if day < due]
        if not after or not before:
            return None
        week = (date.fromisoformat(due) - WEEK).isoformat()
        since = next((day for day in before if day >= week), before[-1])
        made = await compared(self._database, self._library, self._rules, due, after[0], since, self._to)
        try:
            await self._library.put(_key(due), made.model_dump_json().encode(), new=True)
        except Exists:
            return await stored(self._library, due)
        return made


async def compared(
    database: Database, library: Bucket, rules: Mapping[str, Rule], due: str, day: str, since: str, to: Sequence[str]
) -> AuditReport:
    """The report of one night against another. Raises Unavailable."""
    now, before = await nights.night(library, day), await nights.night(library, since) if since else {}
    counts = await trend.of_day(library, day)
    ids = sorted({one for found in now.values() for one in found})
    async with database.reading() as connection:
        rows = await connection.fetch(_PRODUCTS, ids)
    products = {row["id"]: row["skus"] for row in rows if row["id"]}
    names = {row["sku"]: row["name"] for row in rows if row["sku"]}
    given = await given_to(database, None, MOST_GIVEN)
    return report(due, since, now, before, counts, rules, given, products, names, datetime.now(UTC), to)


async def stored(library: Bucket, day: str) -> AuditReport | None:
    """As it was made, or None. Raises Unavailable."""
    found = await library.get(_key(day))
    return AuditReport.model_validate_json(found.body) if found else None


async def reports(library: Bucket) -> list[str]:
    """Days of those that there are, the last first. Raises Unavailable."""
    keys = (one.key for one in await library.listing(FOLDER))
    return sorted((key.removeprefix(FOLDER).removesuffix(".json") for key in keys), reverse=True)


async def _said(database: Database, day: str) -> bool:
    async with database.reading() as connection:
        sql = "SELECT EXISTS (SELECT FROM catalog.fact WHERE kind = $1 AND id = $2)"
        return bool(await connection.fetchval(sql, KIND, day))


def _decision(made: AuditReport) -> Outgoing:
    entity, own = f"{KIND}/{made.day}", f"{KIND}-{made.day}"
    fields = made.model_dump(mode="json")
    said = Decision(id=own, entity=entity, set=fields, by=BY, at=made.made or datetime.now(UTC))
    return Outgoing(DECISIONS, entity, said, (own,))


def _key(day: str) -> str:
    return f"{FOLDER}{day}.json"
