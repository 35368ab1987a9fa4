"""The pool on a real PostgreSQL: what a process that searches asks of it, and what counts as an outage."""

import asyncio
from urllib.parse import urlsplit

import pytest

from runtime import refill
from runtime.database import Database
from runtime.outage import Unavailable

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


@pytest.mark.parametrize(
    "state", ["disk_full", "out_of_memory", "too_many_connections", "deadlock_detected", "io_error", "system_error"]
)
async def test_a_server_that_is_full_or_broken_is_waited_for(postgres: str, state: str) -> None:
    database = Database(postgres)
    try:
        with pytest.raises(Unavailable):
            async with database.transaction() as connection:
                await connection.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$")
    finally:
        await database.close()


async def test_who_meets_a_standby_waits_and_looks_for_the_primary_anew(postgres: str) -> None:
    """As after a failover: a connection that lives on to a server that only reads is not kept."""
    database = Database(postgres)
    try:
        async with database.reading() as connection:
            standby = await connection.fetchval("SELECT pg_backend_pid()")
            await connection.execute("SET default_transaction_read_only = on")  # nothing resets it: see `_as_it_was`
        with pytest.raises(Unavailable, match="read-only"):
            async with database.transaction() as connection:
                await connection.execute("CREATE TABLE written (n int)")
        async with database.transaction() as connection:
            assert await connection.fetchval("SELECT pg_backend_pid()") != standby
            await connection.execute("CREATE TEMP TABLE written (n int) ON COMMIT DROP")
    finally:
        await database.close()


@pytest.mark.parametrize("part", ["password", "user", "database"])
async def test_who_is_not_let_in_waits(postgres: str, part: str) -> None:
    """Passwords are changed on both sides one after the other; a database that is restored is away for a while."""
    parts = urlsplit(postgres)
    login, _, place = parts.netloc.rpartition("@")
    user, password = login.split(":")
    netloc = {"password": f"{user}:another@{place}", "user": f"another:{password}@{place}"}.get(part, parts.netloc)
    database = Database(parts._replace(netloc=netloc, path="/another" if part == "database" else parts.path).geturl())
    try:
        with pytest.raises(Unavailable, match=r"^PostgreSQL: "):
            async with database.reading():
                pass
    finally:
        await database.close()


async def test_a_view_is_emptied_while_others_read_it(postgres: str) -> None:
    """Reader and rebuild wait for each other's table: whichever PostgreSQL turns away, the view is empty at the end."""
    database, other = Database(postgres), Database(postgres)
    ddl = "CREATE TABLE one (n int); CREATE TABLE two (n int)"
    emptying = None
    try:
        for first, second in (("one", "two"), ("two", "one")):
            await refill.empty(database, "emptied", ddl)
            async with database.transaction() as connection:
                await connection.execute("INSERT INTO emptied.one VALUES (1)")
            try:
                async with other.transaction() as connection:
                    await connection.execute(f"SELECT FROM emptied.{first}")
                    emptying = asyncio.create_task(refill.empty(database, "emptied", ddl))
                    await _somebody_waits(other)
                    await connection.execute(f"SELECT FROM emptied.{second}")
            except Unavailable:
                pass  # the reader was turned away
            assert emptying
            await asyncio.wait_for(emptying, 60)
            async with database.reading() as connection:
                assert await connection.fetchval("SELECT count(*) FROM emptied.one") == 0
    finally:
        await database.close()
        await other.close()


async def _somebody_waits(database: Database) -> None:
    """For a lock."""
    for _ in range(600):
        async with database.reading() as connection:
            if await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody waits for a lock")
