"""What has turned is judged by the clock by which it was found."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from runtime.database import Database
from schemas.head import HeadFacet
from services.webhooks.projector import TURN
from services.webhooks.rows import EntityRow
from services.webhooks.turning import Turning

ASSET = "6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"


class Ahead:
    """PostgreSQL with one asset that is due by its clock, an hour ahead of ours."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(hours=1)
        self.turned: list[EntityRow] = []

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["Ahead"]:
        yield self

    async def fetch(self, _sql: str, _most: int) -> list[dict[str, Any]]:
        ends = self.now - timedelta(seconds=1)
        head = HeadFacet(newest=1, live=1, state="ready", available_until=ends).model_dump_json()
        return [{"entity": f"asset/{ASSET}", "revision": 1, "head": head, "turns": ends, "now": self.now}]

    async def execute(self, sql: str, *row: Any) -> None:
        if sql == TURN:
            self.turned.append(EntityRow(*row))


async def test_what_is_due_by_the_databases_clock_is_not_due_again() -> None:
    database, told = Ahead(), asyncio.Event()
    assert await Turning(cast(Database, database), told.set).step() and told.is_set()
    asset, _life = database.turned
    assert (asset.shown, asset.turns) == (None, None)
