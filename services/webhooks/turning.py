"""Assets whose time begins or ends: no record comes then, so the view is looked through for them."""

import asyncio
import json
from collections.abc import Callable

from runtime.database import Database
from runtime.outage import ride_out
from schemas.head import HeadFacet
from services.webhooks.projector import LOCK, TURN, refresh
from services.webhooks.rows import asset_rows

LOOK_S = 2.0
AT_ONCE = 500
_DUE = """SELECT entity, revision, head, turns, now() AS now FROM webhooks.entity
WHERE turns <= now() AND entity LIKE 'asset/%' ORDER BY turns LIMIT $1"""


class Turning:
    """Runs in every process; two that look at once come to the same rows."""

    def __init__(self, database: Database, turned: Callable[[], None]) -> None:
        self._database, self._turned = database, turned
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """End after what is being looked at."""
        self._stopped.set()

    async def run(self) -> None:
        """Until `stop`. Outages are waited for."""
        while not self._stopped.is_set():
            if not await ride_out(self.step):
                await asyncio.wait([asyncio.create_task(self._stopped.wait())], timeout=LOOK_S)

    async def step(self) -> bool:
        """Make anew what has turned; False where nothing has. Raises Unavailable."""
        async with self._database.transaction() as connection:
            await connection.execute(LOCK)
            due = await connection.fetch(_DUE, AT_ONCE)
            rows = [
                row
                for one in due
                for row in asset_rows(
                    one["entity"].removeprefix("asset/"),
                    one["revision"],
                    HeadFacet.model_validate(json.loads(one["head"])),
                    one["turns"],
                    one["now"],  # the clock by which it is due: by ours it might not be yet, and so for ever due
                )
            ]
            for row in rows:
                await connection.execute(TURN, *row)
            await refresh(connection, {row.entity for row in rows}, set())
        if due:
            self._turned()
        return bool(due)
