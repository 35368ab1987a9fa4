"""What the sweep compares of each name, on disk: its memory does not grow with the library.

A database of SQLite in the scratch folder, for the length of the process; lost, it is read anew from `sources/`.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from runtime.outage import Unavailable

AT_ONCE = 1000
"""Rows that are held at one time."""
_CACHE_KB = 8_000
_SETTINGS = f"PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -{_CACHE_KB};"
_TABLES = """
CREATE TABLE names (
    path TEXT PRIMARY KEY,     -- of the record, sources/<hash>.json
    etag TEXT NOT NULL,        -- of the record as it was read; empty: it cannot be
    written REAL NOT NULL,     -- when it was written, Unix time; so are all times
    bucket TEXT, key TEXT, folder TEXT,
    bare TEXT,                 -- the key without its ending, as side-cars may be called
    current TEXT,              -- what a plain listing shows of what was taken last
    open INTEGER,              -- whether anything that lies there is untaken
    empty_since REAL,
    standing INTEGER,          -- whether it was taken, and nobody has noted that it is gone
    owner TEXT,                -- path of the record that owns the asset: its own, but for parts
    asset TEXT,                -- of owners, and so is what follows; NULL: it owns none
    versions TEXT,             -- JSON: number, refused, announced, plain of each
    unsaid INTEGER,            -- the newest version that was not said, or NULL
    linked INTEGER,            -- the newest version that the linker was told of, or NULL
    keys TEXT,                 -- JSON: all names of the asset
    sidecars TEXT,             -- JSON: those that were read
    done TEXT,                 -- JSON: marks of the object versions that are done with; of all names
    failed_at REAL, failed_as TEXT
) WITHOUT ROWID;
CREATE INDEX by_key ON names (key, bucket, current, open);
CREATE INDEX by_bare ON names (bare);
CREATE INDEX by_asset ON names (asset);
CREATE INDEX with_sidecars ON names (path) WHERE sidecars != '[]';
CREATE TABLE held (            -- the bytes of each name, as the record that owns the asset has them
    owner TEXT, key TEXT,
    sha256 TEXT,               -- NULL: they were refused
    began REAL NOT NULL,       -- when the asset did
    safe INTEGER,              -- the master's number, where that was announced and the bytes are kept; else NULL
    PRIMARY KEY (owner, key)
) WITHOUT ROWID;
CREATE INDEX by_bytes ON held (sha256);
CREATE TABLE kept (            -- the originals of all versions, by the record that has taken them
    owner TEXT, sha256 TEXT,
    bytes INTEGER NOT NULL,    -- 0: not known
    PRIMARY KEY (owner, sha256)
) WITHOUT ROWID;
CREATE INDEX by_original ON kept (sha256, bytes);
CREATE TABLE there (           -- the inbox as it was listed
    key TEXT PRIMARY KEY, mark TEXT NOT NULL, size INTEGER NOT NULL, modified REAL NOT NULL,
    base TEXT                  -- of side-cars, what they stand beside; else NULL
) WITHOUT ROWID;
CREATE INDEX by_base ON there (base) WHERE base IS NOT NULL;
CREATE TABLE beside (          -- the side-cars that lie there, by the record that owns the asset
    owner TEXT, key TEXT, mark TEXT NOT NULL, young INTEGER NOT NULL, PRIMARY KEY (owner, key)
) WITHOUT ROWID;
CREATE TABLE aged (            -- what is old enough to go
    asset TEXT, bucket TEXT, key TEXT, version INTEGER NOT NULL, PRIMARY KEY (asset, bucket, key)
) WITHOUT ROWID;
CREATE TABLE owed (            -- what facets owe that were read: hashes of their keys and etags
    facet BLOB PRIMARY KEY, stamp BLOB NOT NULL, owes TEXT NOT NULL
) WITHOUT ROWID;
"""
Row = tuple[Any, ...]
T = TypeVar("T")
_KIND = 0xFF
"""Of an error's extended code."""
_OF_THE_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


class Ledger:
    """One task at a time. Statements run in a thread: none holds up what works beside the sweep."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where it may lie; None: where programs keep what is temporary."""
        self._file = folder / "sweep.sqlite" if folder else None
        self._opened: sqlite3.Connection | None = None

    def _database(self) -> sqlite3.Connection:
        if self._opened is None:
            if self._file:
                self._file.unlink(missing_ok=True)  # of an earlier life
            self._opened = sqlite3.connect(self._file or "", isolation_level=None, check_same_thread=False)
            self._opened.executescript(_SETTINGS + _TABLES)
            if self._file:
                self._file.unlink()  # it lasts while it is open, and takes no room that spooled files count on
        return self._opened

    async def rows(self, question: str, values: Sequence[object] = ()) -> AsyncIterator[list[Row]]:
        """What is found, AT_ONCE at a time. Nothing may be written before the last. Raises Unavailable."""
        cursor = await self._call(lambda: self._database().execute(question, values))
        while found := await self._call(lambda: cursor.fetchmany(AT_ONCE)):
            yield found

    async def all(self, question: str, values: Sequence[object] = ()) -> list[Row]:
        """The same at once, for little. Raises Unavailable."""
        return await self._call(lambda: self._database().execute(question, values).fetchall())

    async def write(self, *statements: tuple[str, Iterable[Sequence[object]]]) -> None:
        """Each with its rows of values; all or nothing. Raises Unavailable."""

        def call() -> None:
            database = self._database()
            with database:
                database.execute("BEGIN")
                for statement, rows in statements:
                    database.executemany(statement, rows)

        await self._call(call)

    async def _call(self, call: Callable[[], T]) -> T:
        """In a thread. After an error of the disk it begins anew: nothing in it is the only copy."""
        try:
            return await asyncio.to_thread(call)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _KIND not in _OF_THE_DISK:
                raise
            self.close()
            raise Unavailable(f"The disk: the sweep's ledger has no room or cannot be written: {error}") from error

    def close(self) -> None:
        """Forget all of it."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None
