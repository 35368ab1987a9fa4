"""What lies in a drop: told by its newest run, and by a list of what may lie there beyond that.

Runs are a feed's (`feeds/runs.py`), of the feed `drop.<name>`; in the place of an address stands `<name>?v=<content>`.
The list is written before anything is sent and emptied after the run that tells of it: what died in between is put
again, or taken out.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from runtime.database import Database
from runtime.objects import Bucket
from schemas.limits import Audience
from services.catalog.feeds import runs
from services.catalog.feeds.goods import Goods, Picture
from services.catalog.feeds.runs import Recorder, Run
from services.catalog.queries import handed

FOLDER = "drops/"
LISTED = "#"
"""Between a list's name and what stands in it; no file's own name has it."""


class Item(NamedTuple):
    """One file of a drop, or a picture in a list. content: changes exactly when its bytes, or the SKU's line, do."""

    sku: str
    asset: str
    version: int
    content: str


Held = dict[str, Item]
"""Name → what lies under it."""


class Holding:
    """Of one drop, for one turn. feed: what its runs are kept under; audience: whom it is for; copies: what the taker's
    own are."""

    def __init__(self, library: Bucket, database: Database, feed: str, audience: Audience, copies: str = "") -> None:
        self._library, self._database, self._feed, self.audience = library, database, feed, audience
        self._copies, self._begun = copies, datetime.now(UTC)
        self._path = f"{FOLDER}{feed}.json"

    async def there(self) -> Held:
        """What surely was put, in the order of the run. Raises Unavailable."""
        run = await runs.newest(self._library, self._feed)
        given = await runs.given(self._library, self._feed, run.id) if run else None
        found: Held = {}
        for sku, each in (given or {}).items():
            for asset, version, told in each.pictures:
                name, _, content = str(told).rpartition("?v=")
                found[name] = Item(sku, str(asset), int(str(version)), content)
        return found

    async def maybe(self) -> set[str]:
        """Names under which something else may lie, or nothing. Raises Unavailable."""
        stored = await self._library.get(self._path)
        return set(json.loads(stored.body)) if stored else set()

    async def left_out(self) -> int:
        """How many products were not ready when it was judged last. Raises Unavailable."""
        run = await runs.newest(self._library, self._feed)
        return run.left_out if run else 0

    async def doubt(self, names: Collection[str]) -> None:
        """These may be. Raises Unavailable."""
        await self._library.put(self._path, json.dumps(sorted(names)).encode())

    async def keep(self, held: Mapping[str, Item], left_out: int) -> Run:
        """This is what lies there now: a run, and where-used. Raises Unavailable."""
        goods: dict[str, list[Picture]] = {}
        for name, one in held.items():
            told = Picture(one.asset, one.version, "", "", f"{name}?v={one.content}", "", 0)
            goods.setdefault(one.sku, []).append(told)
        given = [Goods(sku, "", "", "", "", tuple(of)) for sku, of in sorted(goods.items())]
        if self._copies and given:
            await self._record(self._copies, given, left_out)
        return await self._record(self._feed, given, left_out)

    async def _record(self, feed: str, given: Sequence[Goods], left_out: int) -> Run:
        recorder = Recorder(feed, "packshot", self.audience, begun=self._begun)
        recorder.take(given, left_out)
        run = await recorder.keep(self._library, datetime.now(UTC))
        rows = {(sku, asset): (sku, asset, version) for sku, asset, version in recorder.rows if asset}
        await handed.keep(self._database, feed, rows.values(), self._begun, self.audience)
        return run
