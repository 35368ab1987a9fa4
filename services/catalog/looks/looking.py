"""Has a stranger's picture looked at, a few at once, and keeps its numbers for a while: never the picture."""

import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from runtime.config import Settings
from runtime.database import Database
from runtime.jobs import Cages, run_twice
from runtime.limits import GIB, Limits
from runtime.verdict import WorkFailed
from services.catalog.looks.eyes import NoEyes

WORK = "services.catalog.looks.work:work"
INPUT = "input"
WAITING = 8
"""Pictures that may wait for their turn."""
KEPT_DAYS = 30
_MODEL = "SELECT model FROM catalog.likeness WHERE model IS NOT NULL GROUP BY model ORDER BY count(*) DESC LIMIT 1"
_KEEP = """
WITH old AS (DELETE FROM catalog.shown_picture WHERE seen < now() - $4 * interval '1 day')
INSERT INTO catalog.shown_picture (id, model, vector) VALUES ($1, $2, $3::text::halfvec)
ON CONFLICT (id) DO UPDATE SET seen = now(), model = $2, vector = $3::text::halfvec
"""


class Busy(Exception):
    """Too many wait already."""


class NothingKnown(Exception):
    """No picture of the library has been looked at, so there is nothing to compare with."""


class Looks(Protocol):
    """What the API needs."""

    async def keep(self, picture: bytes) -> str:
        """A picture's bytes → the id that its numbers are kept under; the same bytes have the same.

        Raises Refused (no picture that we can open), Busy, NothingKnown, NoEyes, WorkFailed, Unavailable.
        """
        ...


@dataclass
class Looking:
    """Of one process. cages: started by whoever made them."""

    database: Database
    cages: Cages
    _waiting: int = field(default=0, init=False)

    async def keep(self, picture: bytes) -> str:
        """As `Looks` says."""
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            return await self._kept(picture)
        finally:
            self._waiting -= 1

    async def _kept(self, picture: bytes) -> str:
        async with self.database.reading() as connection:
            model: str | None = await connection.fetchval(_MODEL)
        if model is None:
            raise NothingKnown
        vector = np.frombuffer(base64.b64decode(await self._seen(picture, model)), "<f2")
        own = hashlib.sha256(picture).hexdigest()[:32]
        async with self.database.transaction() as connection:
            await connection.execute(_KEEP, own, model, f"[{','.join(map(str, vector.tolist()))}]", KEPT_DAYS)
        return own

    async def _seen(self, picture: bytes, model: str) -> str:
        async def fill(folder: Path) -> None:
            (folder / INPUT).write_bytes(picture)

        try:
            values = [value async for _, value in run_twice(self.cages, fill, {"input": INPUT, "model": model})]
        except WorkFailed as error:
            if error.type == NoEyes.__name__:
                raise NoEyes(error.message) from error
            raise
        return str(values[-1]["vector"])


@asynccontextmanager
async def looking(database: Database, scratch: Path, settings: Settings) -> AsyncIterator[Looking]:
    """With one child in the folder `scratch`, which the first picture starts."""
    models = settings.models_folder
    limits = Limits(seconds=20, rss_bytes=GIB)
    env = {"PACKSHOT_MODELS": str(models)}
    cages = Cages(WORK, size=1, scratch=scratch, limits=limits, extra_read=[models], env=env, lazy=True)
    await cages.start()
    try:
        yield Looking(database, cages)
    finally:
        await cages.close()
