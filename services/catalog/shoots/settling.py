"""Shoots that have settled: the report goes back into the folder, then it is said.

Report, record, mark, in this order. Each says the same again after a crash: the report is not written where it lies
there already, an equal record is no new one, and a folder stays due until it is marked. Who was overtaken by a change,
or by another process, leaves it due: so the last word is always that of the newest files.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from runtime.database import Database
from runtime.objects import Bucket
from runtime.outage import Unavailable, ride_out
from runtime.records import Draft, Records
from runtime.steps import step
from schemas.names import REPORT
from schemas.shoot import MOST_PROBLEMS, Shoot, ShootCounts, ShootProblem, shoot_object
from schemas.topics import SHOOTS
from services.catalog.ddl import CHANNEL
from services.catalog.shoots.lines import Line
from services.catalog.shoots.reading import lines_of, owner_of, standing_of
from services.catalog.shoots.report import report

log = logging.getLogger(__name__)
AT_ONCE = 20
LOOK_S = 5.0
"""How often is looked whether something is due."""
_DUE = """
SELECT s.folder, s.touched FROM catalog.shoot s
WHERE s.due AND s.touched < clock_timestamp() - make_interval(secs => $1)
  AND NOT EXISTS (SELECT FROM catalog.asset a WHERE a.folder = s.folder AND a.at_work AND NOT a.gone)
ORDER BY s.touched LIMIT $2
"""
_CHANGED = """
SELECT max(f.written) FROM catalog.asset a JOIN catalog.facet f ON f.asset_id = a.id WHERE a.folder = $1
"""
_AGAIN = "UPDATE catalog.shoot SET touched = clock_timestamp() WHERE folder = $1 AND touched = $2"
_DONE = "UPDATE catalog.shoot SET due = touched <> $2 WHERE folder = $1"


class Settling:
    """quiet_s: nothing of a shoot has changed so long. may: whether this process is the one that tells."""

    def __init__(
        self,
        database: Database,
        inbox: Bucket,
        library: Bucket,
        records: Records,
        quiet_s: float,
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._database, self._inbox, self._library = database, inbox, library
        self._records, self._quiet_s, self.may = records, quiet_s, may

    async def run(self) -> None:
        """Tell of whatever has settled, until cancelled. Outages are waited for."""
        while True:
            if not await ride_out(self.step):
                await asyncio.sleep(min(LOOK_S, self._quiet_s))

    async def step(self) -> bool:
        """Tell of some that have settled; False where none has. Raises Unavailable."""
        if not self.may():
            return False
        async with self._database.reading() as connection:
            due = await connection.fetch(_DUE, self._quiet_s, AT_ONCE)
        for row in due:
            folder, done = row["folder"], _DONE
            try:
                await self._tell(folder)
            except Unavailable:
                raise
            except Exception as error:  # of one folder, which must not hold up the others
                log.error("the report of %s cannot be written; it is tried again", folder, exc_info=error)
                done = _AGAIN
            async with self._database.transaction() as connection:
                await connection.execute(done, folder, row["touched"])
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, json.dumps([{"folder": folder}]))
        return bool(due)

    async def _tell(self, folder: str) -> None:
        lines = await lines_of(self._database, folder)
        if not lines:
            return
        body = report(lines).encode()
        content = hashlib.sha256(body).hexdigest()[:32]
        standing = await standing_of(self._library, folder)
        if standing is None or standing.content != content:
            await self._put(f"{folder}/{REPORT}", body)
            step("shoot.reported")
        # Also where nothing differs: whoever archived it may not have lived to say it.
        await self._records.write(await self._draft(folder, content, lines))
        step("shoot.told")

    async def _put(self, key: str, body: bytes) -> None:
        there = await self._inbox.get(key)
        if there is None or there.body != body:
            await self._inbox.put(key, body, content_type="text/csv; charset=utf-8")

    async def _draft(self, folder: str, content: str, lines: list[Line]) -> Draft[Shoot]:
        async with self._database.reading() as connection:
            changed = await connection.fetchval(_CHANGED, folder)
        owner, now = await owner_of(self._library, folder), datetime.now(UTC)

        def make(revision: int) -> Shoot:
            return shoot(folder, lines, revision=revision, content=content, owner=owner, changed=changed, written=now)

        return Draft(SHOOTS, folder, shoot_object(folder), Shoot, make)


def shoot(
    folder: str, lines: list[Line], *, revision: int, content: str, owner: str, changed: datetime, written: datetime
) -> Shoot:
    """The record of a shoot with these files."""
    problems = [line for line in lines if line.why]
    named = ShootCounts.model_fields
    return Shoot(
        folder=folder,
        revision=revision,
        content=content,
        files=len(lines),
        linked=sum(bool(line.links) for line in lines),
        counts=ShootCounts(**{name: sum(line.status == name for line in lines) for name in named}),
        problems=[_problem(line) for line in problems[:MOST_PROBLEMS]],
        more_problems=max(0, len(problems) - MOST_PROBLEMS),
        owner=owner,
        report=f"{folder}/{REPORT}",
        changed=changed,
        written=written,
    )


def _problem(line: Line) -> ShootProblem:
    """Short: causes may quote what a file says. Who reads released records knows no status `rejected`."""
    status = "waiting" if line.status == "rejected" else line.status
    return ShootProblem.model_validate(
        {"file": line.file, "status": status, "why": line.why[:500], "cure": line.cure[:500]}
    )
