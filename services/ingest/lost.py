"""Originals that are in the store no more, or not whole: the store's own list beside the ledger, by name and size.

Both are read in order and in pages, and no bytes are read: what a disk has lost under a name that is still listed shows
only where somebody reads it. What is just being written is in no record yet, and what a person purged is referred to no
more when the collector takes it, so neither is ever called lost.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from runtime.objects import Bucket
from services.ingest.ledger import Ledger
from services.ingest.register import in_order

MOST = 1000
"""Lost originals that are named. Where there are more a look ends, and says so."""
AT_ONCE = 16
FOLDER = "originals/"
LAST = "~"
"""After all hashes."""
_WANTED = """
SELECT kept.sha256, max(kept.bytes), kept.owner, names.key FROM kept JOIN names ON names.path = kept.owner
WHERE kept.sha256 > ? AND kept.sha256 <= ? GROUP BY kept.sha256 ORDER BY kept.sha256
"""


class Lost(NamedTuple):
    """One original. path: of a record that has taken it; key: its name there; there: bytes that are, None: nothing."""

    sha256: str
    bytes: int
    path: str
    key: str
    there: int | None = None

    @property
    def original(self) -> str:
        """Its object."""
        return f"{FOLDER}{self.sha256}"

    def __str__(self) -> str:
        what = "is not in the store" if self.there is None else f"has {self.there:,} of its {self.bytes:,} bytes"
        return f"{self.original}, which {self.key} was taken as, {what}"


class Originals:
    """Remembers what is lost from one deep look to the next. lost: at most MOST of them."""

    def __init__(self, library: Bucket, ledger: Ledger) -> None:
        self._library, self._ledger = library, ledger
        self.lost: list[Lost] = []
        self.checked: datetime | None = None
        """When the last look at all of them began, by the store's clock."""

    async def look(self, now: datetime, *, deep: bool) -> None:
        """Deep: at all that the ledger has, which must be read before. Else whether what was lost still is.

        Raises Unavailable.
        """
        full = len(self.lost) >= MOST
        if not deep:
            self.lost = await self._still(self.lost)
        if deep or (full and not self.lost):  # what is beyond those that are back nobody has looked at
            self.lost = await self._all()
            self.checked = now

    async def _all(self) -> list[Lost]:
        found: list[Lost] = []
        async for some in self._missing():
            found += await self._still(some)
            if len(found) >= MOST:
                return found[:MOST]
        return found

    async def _missing(self) -> AsyncIterator[list[Lost]]:
        """What the list of the store lacks, or has with another size."""
        after = ""
        async for page in in_order(self._library.pages(FOLDER)):
            there = {info.key.removeprefix(FOLDER): info.size for info in page}
            upto = page[-1].key.removeprefix(FOLDER)
            async for some in self._between(after, upto, there):
                yield some
            after = upto
        async for some in self._between(after, LAST, {}):
            yield some

    async def _between(self, after: str, upto: str, there: Mapping[str, int]) -> AsyncIterator[list[Lost]]:
        async for rows in self._ledger.rows(_WANTED, (after, upto)):
            wanted = [Lost(sha256, size, path, key, there.get(sha256)) for sha256, size, path, key in rows]
            if some := [one for one in wanted if _is_lost(one)]:
                yield some

    async def _still(self, some: Sequence[Lost]) -> list[Lost]:
        """Of these the ones that are lost as things stand now, and that somebody still refers to."""
        found: list[Lost] = []
        for start in range(0, len(some), AT_ONCE):
            looked = await asyncio.gather(*map(self._now, some[start : start + AT_ONCE]))
            found += [one for one in looked if one]
        return found

    async def _now(self, one: Lost) -> Lost | None:
        """The order counts: whoever ends an asset takes its references first, and its originals long after."""
        info = await self._library.head(one.original)
        now = one._replace(there=info.size if info else None)
        if not _is_lost(now) or not await self._library.listing(f"refs/{one.sha256}/"):
            return None
        return now


def _is_lost(one: Lost) -> bool:
    return one.there is None or (one.bytes > 0 and one.there != one.bytes)
