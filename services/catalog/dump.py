"""The canonical dump: two views that hold the same facts give the same lines, however they were filled.

What has been compared so far (`likeness`, `same_pair`, `lookalike`) is progress, not a fact, and is not in it; nor is
what feeds gave last (`handed`) and what was sent (`sent`), which are filled from objects of their own, and how products
were judged (`verdict`), which is looked at again.
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from runtime.database import Database

TABLES = {
    "asset": "id",
    "delivery": "target, entity",
    "fact": "kind, id",
    "facet": "asset_id, version, facet",
    "link": "asset_id, sku, role",
    "member": "collection, asset_id",
    "own_file": "id",
    "product": "system, kind, id",
    "product_media": "sku",
}
CLOCKS = {"written", "thumbnail_at", "ready_at"}
"""When something was written down: a rebuilt archive may differ in it."""
JSON = {"own", "judged", "live_as", "data", "axes", "attributes", "items", "fields", "refused", "evidence", "changed"}
JSON |= {"lag"}


async def lines(database: Database) -> AsyncIterator[str]:
    """One JSON object a line, `{"table": …, column: value …}`, sorted by table and key. Raises Unavailable."""
    async with database.transaction() as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table, key in TABLES.items():
            async for row in connection.cursor(f"SELECT * FROM catalog.{table} ORDER BY {_bytewise(key)}"):  # noqa: S608
                yield json.dumps({"table": table, **_plain(dict(row))}, sort_keys=True, ensure_ascii=False)


def _bytewise(key: str) -> str:
    """The same order in every database, whatever its locale."""
    return ", ".join(f'{name}::text COLLATE "C"' for name in key.split(", "))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in row.items() if name not in CLOCKS}


def _value(name: str, value: Any) -> Any:
    if name in JSON and value is not None:
        return json.loads(value)
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


async def text(database: Database) -> str:
    """The whole dump as one text; for small libraries and tests."""
    return "\n".join([line async for line in lines(database)])
