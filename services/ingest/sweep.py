"""The sweep: compares the inbox, the sources and the facets, and repairs what no message told. Level, not edge.

It sends arrivals only as hints; to `ingest.jobs` it sends re-announcements and removals. Run by one owner at a time.
What it compares lies in a ledger on disk and is read page by page: its memory does not grow with the library.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from runtime import metrics
from runtime.objects import Bucket
from schemas.topics import ASSET_LATER
from services.ingest.answering import Batch, Passed, batches, unanswered
from services.ingest.answers import ANSWERS, Answers
from services.ingest.debts import Debts, Idle, busy
from services.ingest.drift import KINDS, Drift, Finding, removed, stands
from services.ingest.failing import RESTED
from services.ingest.heard import at_once
from services.ingest.ledger import Ledger
from services.ingest.lost import Originals
from services.ingest.register import list_inbox, read_sources
from services.ingest.removals import Guard, vanished
from services.ingest.unlinked import PAYER, Unlinked
from services.ingest.untaken import covered, drifted, unreadable, untaken
from services.ingest.waiting import Patience

__all__ = ["Drift", "Sweep", "stands"]

NONE = Patience(still_s=0, empty_s=0)
_UNSAID = "SELECT bucket, key, unsaid FROM names WHERE unsaid IS NOT NULL AND written <= ?"
_RESTING = """
SELECT names.bucket, names.key FROM names LEFT JOIN there ON there.key = names.key
WHERE names.failed_at > ? AND names.failed_as = coalesce(there.mark, '')
"""
_AGED = """
INSERT INTO aged SELECT owners.asset, names.bucket, names.key, held.safe
FROM there JOIN names ON names.key = there.key AND names.bucket = ?
JOIN held ON held.owner = names.owner AND held.key = names.key
JOIN names AS owners ON owners.path = names.owner
WHERE there.modified < ? AND names.current = there.mark AND held.safe IS NOT NULL AND owners.asset IS NOT NULL
"""


class Committed(Protocol):
    """How far a group has come on `asset.ingested`."""

    async def __call__(self, group: str) -> Mapping[int, int]:
        """Partition → committed offset."""
        ...


class Sweep:
    """Keeps what it has read by etag, so that a second sweep reads only what changed."""

    def __init__(
        self,
        inbox: Bucket,
        library: Bucket,
        committed: Committed,
        guard: Guard,
        grace: Patience = NONE,
        keep: timedelta | None = None,
        idle: Idle = busy,
        heard: Callable[[datetime], Awaitable[datetime]] = at_once,
        ledger: Ledger | None = None,
    ) -> None:
        """`grace`: what is younger is on its way (and so long an empty file is waited for): it was not missed.

        keep: how long a file that is safe in the library stays in the inbox; None: for ever. idle: whether a group that
        pays what later waves owe has nothing to do; debts are looked at only then. heard: given the time, up to when
        all hints have been acted on; what is younger waits in a queue. ledger: None: one of its own.
        """
        for kind in KINDS:
            metrics.DRIFT.labels(kind)  # there from the start, or Prometheus would not see the first ones come
        self._ledger = ledger or Ledger()
        self._originals = Originals(library, self._ledger)
        self._debts, self._answers = Debts(library, idle, self._ledger), Answers(library)
        self._inbox, self._library, self._committed = inbox, library, committed
        self._guard, self._grace, self._keep = guard, grace, keep
        self._unlinked, self._idle, self._heard = Unlinked(), idle, heard
        self._asked: dict[tuple[object, ...], datetime] = {}
        """When each of these was found and told last; it is not told again while that waits in a queue."""

    async def look(self, *, deep: bool = True) -> Drift:
        """One comparison. Sends nothing. deep: look for all originals and at what lies under other versions, too, which
        costs the store more.

        The order counts, for work goes on meanwhile: what a group has done is asked before its facets are listed, what
        was heard before the records of names, and these before the inbox. Else what was just answered, taken or put
        would seem to be missing.
        """
        now = await self._inbox.now()
        until = await self._heard(now)
        self._asked = {name: at for name, at in self._asked.items() if at >= until}
        drift = Drift(all_heard=until == now)
        passed: Passed = {group: await self._committed(group) for group in ANSWERS}
        payable, linked = await self._debts.payable(), await self._idle(*PAYER)
        looked = await self._idle("tagger", ASSET_LATER.name)
        await read_sources(self._ledger, self._library)
        await list_inbox(self._ledger, self._inbox)
        resting = {(bucket, key) for bucket, key in await self._ledger.all(_RESTING, ((now - RESTED).timestamp(),))}
        found = Finding(drift, self._asked, resting, now)
        await self._arrivals(found, until, deep=deep)
        await self._unsaid(found, until)
        await self._age(now)
        async for batch in batches(self._ledger, self._library):
            owing = await self._debts.unpaid(batch.facets, payable)
            for asset in batch.assets:
                if again := await unanswered(asset, owing, passed, self._library, looked=looked):
                    found.again(asset.bucket, asset.key, *again)
            if linked:
                drift.unlinked += self._unlinked.found(batch.assets, now)
            await self._over(found, batch, now)
        away = await vanished(self._ledger, self._inbox.name, self._guard)
        for key in away.removed:
            found.gone(self._inbox.name, key)
        drift.held_back = {
            folder: [removed(self._inbox.name, key) for key in keys] for folder, keys in away.held_back.items()
        }
        await self._originals.look(now, deep=deep)
        drift.lost, drift.checked = self._originals.lost, self._originals.checked
        return drift

    async def _arrivals(self, found: Finding, until: datetime, *, deep: bool) -> None:
        left, name = await unreadable(self._ledger), self._inbox.name
        found.drift.unreadable = sorted(left)
        async for key in untaken(self._ledger, name, until, self._grace, left):
            found.hint(name, key)
        before = until - timedelta(seconds=self._grace.still_s)
        if deep:
            async for key in covered(self._ledger, self._inbox, before, left):
                found.hint(name, key)
        async for key in drifted(self._ledger, name, until, self._grace):
            found.hint(name, key)

    async def _unsaid(self, found: Finding, until: datetime) -> None:
        """Known is not announced: a version that ingest took, and for so long said nothing of."""
        async for rows in self._ledger.rows(_UNSAID, (until.timestamp() - self._grace.still_s,)):
            for bucket, key, number in rows:
                found.again(bucket, key, number, "unsaid")

    async def _age(self, now: datetime) -> None:
        """Notes what is old enough to go, by asset."""
        if self._keep is not None:
            self._answers.turn()
            await self._ledger.write(
                ("DELETE FROM aged", [()]), (_AGED, [(self._inbox.name, (now - self._keep).timestamp())])
            )

    async def _over(self, found: Finding, batch: Batch, now: datetime) -> None:
        if self._keep is None:
            return
        asked = "SELECT asset, bucket, key, version FROM aged WHERE asset > ? AND asset <= ?"
        async for rows in self._ledger.rows(asked, (batch.after, batch.upto)):
            for asset, bucket, key, version in rows:
                if await self._answers.safe(asset, version, batch.facets):
                    found.over(bucket, key, now - self._keep)
