"""PostgreSQL as a view: a pool, transactions, and schemas that are dropped and filled again when they change."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from runtime.outage import Unavailable

SEARCHING = {
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    # What is searched is in memory for the most part, and to look into a row costs more than PostgreSQL thinks.
    "random_page_cost": "1.1",
    "cpu_operator_cost": "0.01",
    # Of a million rows, a bitmap in 4 MB remembers pages only: all rows of each would be looked at again.
    "work_mem": "16MB",
}
_OUTAGES = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server died in the middle of an operation: asyncpg lost its place
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,  # its disk or memory is full, or all connections are taken
    asyncpg.ReadOnlySQLTransactionError,  # a standby: after a failover, until the name leads to the new primary
    asyncpg.InvalidAuthorizationSpecificationError,  # the password is being changed, here or there
    asyncpg.InvalidCatalogNameError,  # the database is being restored
    asyncpg.PostgresSystemError,  # its disk cannot be read or written
    asyncpg.DeadlockDetectedError,  # the schema is being dropped to be filled anew: the transaction is done again
)


async def _as_it_was(_: asyncpg.Connection) -> None:
    """A connection is lent to read or for a transaction, whose end undoes all: to ask for that again costs a way.

    So nothing is set but by `SET LOCAL`, and no lock is held longer.
    """


class Database:
    """One process's way to PostgreSQL. Every method raises Unavailable on an outage.

    searching: each statement is planned for the values that it is asked with. What is rare and what is frequent are
    found in different ways; by itself PostgreSQL settles for one of them at the sixth time.
    """

    def __init__(self, url: str, *, connections: int = 4, searching: bool = False) -> None:
        self._url, self._connections = url, connections
        self._settings = SEARCHING if searching else {}
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def _open(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=1,
                    max_size=self._connections,
                    timeout=5,
                    command_timeout=60,
                    reset=_as_it_was,
                    server_settings=self._settings,
                )
        return self._pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection in a transaction (read committed)."""
        async with self.reading() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection outside of any transaction, to read: each statement sees what is committed by then.

        So it is between the statements of a transaction that is read committed, too; here there are two ways less.
        """
        try:
            pool = self._pool or await self._open()
            async with pool.acquire(timeout=10) as connection:
                yield connection
        except _OUTAGES as error:
            if isinstance(error, asyncpg.ReadOnlySQLTransactionError) and self._pool:
                await self._pool.expire_connections()  # they stay with whom they reached: look for the primary anew
            raise Unavailable(f"PostgreSQL: {type(error).__name__}: {error}") from error

    async def make(self, schema: str, ddl: str) -> bool:
        """Make the schema from its DDL; another DDL than last time drops it first (it is a view and fills itself).

        Returns True where it was made anew.
        """
        mark = hashlib.sha256(ddl.encode()).hexdigest()[:16]
        async with self.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", schema)
            comment = await connection.fetchval(
                "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1", schema
            )
            if comment == mark:
                return False
            await connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE; CREATE SCHEMA "{schema}"')
            await connection.execute(f'SET LOCAL search_path TO "{schema}", public; {ddl}')
            await connection.execute(f"COMMENT ON SCHEMA \"{schema}\" IS '{mark}'")
        return True

    async def close(self) -> None:
        """Close all connections."""
        if self._pool:
            await self._pool.close()
