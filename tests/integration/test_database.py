"""The pool on a real PostgreSQL: what a process that searches asks of it."""

import pytest

from runtime.database import Database

pytestmark = pytest.mark.broker
_SKEWED = """
CREATE TEMP TABLE skewed ON COMMIT DROP AS SELECT 0 AS value, n AS other FROM generate_series(1, 20000) n;
INSERT INTO skewed VALUES (1, 0);
CREATE INDEX ON skewed (value);
ANALYZE skewed
"""


async def _plan(database: Database, value: int) -> str:
    """How a statement that was asked ten times with another value is answered."""
    asked = "PREPARE of_value (int) AS SELECT count(*) FROM skewed WHERE value = $1"
    async with database.transaction() as connection:
        await connection.execute(_SKEWED)
        await connection.execute(asked)
        for _ in range(10):
            await connection.execute("EXECUTE of_value (0)")
        rows = await connection.fetch(f"EXPLAIN EXECUTE of_value ({value})")
        await connection.execute("DEALLOCATE of_value")
    return "\n".join(row[0] for row in rows)


async def test_who_searches_has_each_value_planned_for(postgres: str) -> None:
    database = Database(postgres, searching=True)
    try:
        assert "Seq Scan" in await _plan(database, 0)
        assert "Index" in await _plan(database, 1)
        assert "value = 1" in await _plan(database, 1)  # and not `value = $1`, whatever it is
    finally:
        await database.close()
