"""The sweep: compares the inbox, the sources and the facets, and repairs what no message told. Level, not edge.

It sends arrivals only as hints; to `ingest.jobs` it sends re-announcements and removals. Run by one owner at a time.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from pydantic import ValidationError

from runtime import metrics
from runtime.assets import is_refused, versions_out
from runtime.objects import Bucket, ObjectInfo
from runtime.publisher import Outgoing
from schemas.asset import PLAIN
from schemas.facet import facet_object
from schemas.inbox import InboxHint, IngestJob
from schemas.topics import ASSET_LATER, INBOX_EVENTS
from schemas.work import LinkRequest
from services.ingest.answers import ANSWERS, Answers
from services.ingest.debts import Debts, Idle, busy
from services.ingest.failing import is_resting
from services.ingest.heard import at_once
from services.ingest.hidden import hidden
from services.ingest.intake import job_event
from services.ingest.names import is_nothing, is_sidecar
from services.ingest.removals import Guard, lies_in, vanished
from services.ingest.retention import is_over
from services.ingest.sidecar import Beside
from services.ingest.source import Source, Taken, listed, path_of
from services.ingest.unlinked import PAYER, Unlinked, request
from services.ingest.waiting import Patience, on_its_way

log = logging.getLogger(__name__)
AT_ONCE = 16
NONE = Patience(still_s=0, empty_s=0)
KINDS = ("missed", "unanswered", "unlinked", "removed", "unreadable", "held_back")
"""Of drift, as metrics name it."""


class Committed(Protocol):
    """How far a group has come on `asset.ingested`."""

    async def __call__(self, group: str) -> Mapping[int, int]:
        """Partition → committed offset."""
        ...


def stands(*, held_back: int = 0, unreadable: int = 0) -> None:
    """Report what waits for an answer; nothing where another process sweeps."""
    metrics.DRIFT_STANDING.labels("held_back").set(held_back)
    metrics.DRIFT_STANDING.labels("unreadable").set(unreadable)


@dataclass
class Drift:
    """What one sweep found."""

    missed: list[InboxHint] = field(default_factory=list)
    unanswered: list[IngestJob] = field(default_factory=list)
    removed: list[IngestJob] = field(default_factory=list)
    over: list[IngestJob] = field(default_factory=list)
    """What retention lets go; it is no drift."""
    held_back: dict[str, list[IngestJob]] = field(default_factory=dict)
    """Folder → what would be removed: too many to believe."""

    unlinked: list[LinkRequest] = field(default_factory=list)
    unreadable: int = 0
    """Records of names that cannot be read."""

    all_heard: bool = field(default=True, compare=False)
    """False: hints or jobs wait in a queue, and what they may be about is no drift."""

    def events(self, nonce: object) -> list[Outgoing]:
        """What to send."""
        hints = [request(asked, nonce) for asked in self.unlinked]
        hints += [Outgoing(INBOX_EVENTS, f"{h.bucket}/{h.key}", h) for h in self.missed]
        return hints + [job_event(job, nonce) for job in (*self.unanswered, *self.removed, *self.over)]

    def without(self, rests: Callable[[InboxHint | IngestJob], bool]) -> "Drift":
        """Without what is to be left alone for now."""
        jobs = (self.unanswered, self.removed, self.over)
        unanswered, removed, over = ([job for job in of if not rests(job)] for of in jobs)
        missed = [hint for hint in self.missed if not rests(hint)]
        return replace(self, missed=missed, unanswered=unanswered, removed=removed, over=over)

    def confirm(self, folder: str) -> list[IngestJob]:
        """A person says that what is held back in that folder, and below it, was meant: it goes as removed."""
        meant = [held for held in self.held_back if lies_in(held, folder)]
        confirmed = [job for held in meant for job in self.held_back.pop(held)]
        self.removed += confirmed
        return confirmed

    def newly_held(self, before: "Drift | None") -> dict[str, int]:
        """Folder → how many of its files the sweep before did not hold back."""
        known = {job.key for jobs in before.held_back.values() for job in jobs} if before else set()
        found = {folder: sum(job.key not in known for job in jobs) for folder, jobs in self.held_back.items()}
        return {folder: count for folder, count in found.items() if count}

    def count(self, before: "Drift | None" = None) -> None:
        """Report as metrics; what was held back before was counted then."""
        told = (len(self.missed), len(self.unanswered), len(self.unlinked), len(self.removed))
        counts = (*told, self.unreadable, sum(self.newly_held(before).values()))
        for kind, count in zip(KINDS, counts, strict=True):
            metrics.DRIFT.labels(kind).inc(count)
        stands(held_back=sum(map(len, self.held_back.values())), unreadable=self.unreadable)


class Sweep:
    """Keeps the sources that it has read, by etag, so that a second sweep reads only what changed."""

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
    ) -> None:
        """`grace`: what is younger is on its way (and so long an empty file is waited for): it was not missed.

        keep: how long a file that is safe in the library stays in the inbox; None: for ever. idle: whether a group that
        pays what later waves owe has nothing to do; debts are looked at only then. heard: given the time, up to when
        all hints have been acted on; what is younger waits in a queue.
        """
        for kind in KINDS:
            metrics.DRIFT.labels(kind)  # there from the start, or Prometheus would not see the first ones come
        self._debts, self._answers = Debts(library, idle), Answers(library)
        self._inbox, self._library, self._committed = inbox, library, committed
        self._guard, self._grace, self._keep = guard, grace, keep
        self._unlinked, self._idle, self._heard = Unlinked(), idle, heard
        self._asked: dict[tuple[object, ...], datetime] = {}
        """When each of these was found and told last; it is not told again while that waits in a queue."""
        self._known: dict[str, tuple[str, Source]] = {}
        self._unreadable: set[str] = set()
        self._written: dict[str, datetime] = {}

    async def look(self, *, deep: bool = True) -> Drift:
        """One comparison. Sends nothing. deep: look at what lies under other versions too, which costs the store more.

        The order counts, for work goes on meanwhile: what a group has done is asked before its facets are listed, what
        was heard before the records of names, and these before the inbox. Else what was just answered, taken or put
        would seem to be missing.
        """
        drift, now = Drift(), await self._inbox.now()
        until = await self._heard(now)
        drift.all_heard = until == now
        passed = {group: await self._committed(group) for group in ANSWERS}
        payable, linked = await self._debts.payable(), await self._idle(*PAYER)
        looked = await self._idle("tagger", ASSET_LATER.name)
        sources = await self._sources()
        drift.unreadable = len(self._unreadable)
        there = {info.key: info for info in await self._inbox.listing("") if not is_nothing(info.key)}
        young = self._missed(sources, there, until, drift)
        if deep:
            await self._hidden(sources, until, drift)
        beside = Beside({key: info for key, info in there.items() if is_sidecar(key)}, young)
        self._sidecars([s for s in sources.values() if s.bucket == self._inbox.name], there, beside, drift)
        facets = {info.key: info.etag for info in await self._library.listing("facets/")}
        self._unsaid(sources, until, drift)
        await self._unanswered(list(sources.values()), facets, passed, payable, drift, looked=looked)
        if linked:
            pairs = [(source, self._written[path]) for path, source in sources.items()]
            drift.unlinked = self._unlinked.found(pairs, facets, now)
        if self._keep is not None:
            drift.over = [job async for job in self._over(sources, there, facets, now - self._keep)]
        lost = vanished(sources, self._inbox.name, there, self._guard)
        drift.removed = [_removed(source) for source in lost.removed]
        drift.held_back = {folder: [_removed(one) for one in held] for folder, held in lost.held_back.items()}

        def rests(one: InboxHint | IngestJob) -> bool:
            rested = is_resting(sources.get(path_of(one.bucket, one.key)), there.get(one.key), now)
            return rested or _name(one) in self._asked

        self._asked = {name: at for name, at in self._asked.items() if at >= until}
        found = drift.without(rests)
        told: list[InboxHint | IngestJob] = [*found.missed, *found.unanswered, *found.removed, *found.over]
        self._asked.update(dict.fromkeys(map(_name, told), now))
        return found

    def _missed(
        self, sources: Mapping[str, Source], there: Mapping[str, ObjectInfo], until: datetime, drift: Drift
    ) -> set[str]:
        """What lies there and is not taken; gives the keys that are on their way."""
        young = set()
        for key, info in there.items():
            path = path_of(self._inbox.name, key)
            if path in self._unreadable:
                continue
            source = sources.get(path)
            if on_its_way(source, info, until, self._grace):
                young.add(key)
            elif not is_sidecar(key) and _untaken(source, info):
                drift.missed.append(InboxHint(bucket=self._inbox.name, key=key, reason="sweep"))
        return young

    async def _hidden(self, sources: Mapping[str, Source], until: datetime, drift: Drift) -> None:
        before = until - timedelta(seconds=self._grace.still_s)
        known = {hint.key for hint in drift.missed}
        for key in hidden(await self._inbox.history(""), sources, self._inbox.name, before):
            if key not in known and path_of(self._inbox.name, key) not in self._unreadable:
                drift.missed.append(InboxHint(bucket=self._inbox.name, key=key, reason="sweep"))

    def _sidecars(self, sources: list[Source], there: Collection[str], beside: Beside, drift: Drift) -> None:
        for source in sources:
            present = source.owns and any(key in there for key in source.keys)
            if present and (key := beside.drifted(source, there)):
                drift.missed.append(InboxHint(bucket=source.bucket, key=key, reason="sweep"))

    async def _sources(self) -> dict[str, Source]:
        found = await self._library.listing("sources/")
        listed, self._written = {one.key: one.etag for one in found}, {one.key: one.modified for one in found}
        changed = [key for key, etag in listed.items() if self._known.get(key, ("", None))[0] != etag]
        for start in range(0, len(changed), AT_ONCE):
            batch = changed[start : start + AT_ONCE]
            for key, stored in zip(batch, await asyncio.gather(*map(self._library.get, batch)), strict=True):
                self._known.pop(key, None)
                if stored and (source := _readable(key, stored.body)):
                    self._known[key] = (stored.etag, source)
        self._known = {key: kept for key, kept in self._known.items() if key in listed}
        self._unreadable = listed.keys() - self._known.keys()
        return {key: source for key, (_, source) in self._known.items()}

    async def _over(
        self, sources: dict[str, Source], there: Mapping[str, ObjectInfo], facets: Mapping[str, str], before: datetime
    ) -> AsyncIterator[IngestJob]:
        for source in sources.values():
            info = there.get(source.key) if source.bucket == self._inbox.name else None
            owner = sources.get(path_of(source.bucket, source.part_of)) if source.part_of else source
            if not info or not owner or not is_over(source, owner, info, before):
                continue
            if owner.master and await self._answers.safe(owner.asset_id or "", owner.master.number, facets):
                yield IngestJob(bucket=source.bucket, key=source.key, retire=before, reason="retention")

    def _unsaid(self, sources: Mapping[str, Source], until: datetime, drift: Drift) -> None:
        """Known is not announced: a version that ingest took, and for so long said nothing of."""
        for path, source in sources.items():
            unsaid = [taken for taken in source.versions if taken.announced is None] if source.owns else []
            if unsaid and (until - self._written[path]).total_seconds() >= self._grace.still_s:
                drift.unanswered.append(_again(source, unsaid[-1], "unsaid"))

    async def _unanswered(
        self,
        sources: list[Source],
        facets: Mapping[str, str],
        passed: Mapping[str, Mapping[int, int]],
        payable: Collection[str],
        drift: Drift,
        *,
        looked: bool,
    ) -> None:
        """A wanted version lacks a facet although its group has gone past the announcement.

        looked: whether the tagger has seen all pictures that render has sent it.
        """
        owing = await self._debts.unpaid(facets, payable)
        for source in sources:
            for taken in reversed(source.versions if source.owns else []):
                group = _unanswered_by(source, taken, facets, passed, looked=looked)
                if group or _owes_by(source, taken, owing, passed):
                    if taken.number in await versions_out(self._library, source.asset_id or "", facets):
                        continue  # a person put it out: what is older may be wanted
                    if await self._is_wanted(source, taken, facets):
                        drift.unanswered.append(_again(source, taken, group or "render"))
                    break

    async def _is_wanted(self, source: Source, taken: Taken, facets: Collection[str]) -> bool:
        """Whether everything newer was refused or put out. (A live older one has all of its facets.)"""
        newer = [one for one in source.versions if one.number > taken.number and not one.refused]
        asset = source.asset_id or ""
        return all([await is_refused(self._library, asset, one.number, facets) for one in newer])


def _unanswered_by(
    source: Source, taken: Taken, facets: Collection[str], passed: Mapping[str, Mapping[int, int]], *, looked: bool
) -> str | None:
    """The first group that has gone past the announcement and has not written its facet.

    What is not plain the tagger sees by pictures that render makes and sends: it is render that tells of them again.
    """
    if taken.refused or taken.announced is None or source.asset_id is None:
        return None
    partition, offset = taken.announced
    plain = taken.file.media_type in PLAIN
    for group, facet in ANSWERS.items():
        there = facet_object(source.asset_id, taken.number, facet) in facets
        by = group if plain or group != "tagger" else "render"
        if not there and passed[by].get(partition, -1) > offset and (by == group or looked):
            return by
    return None


def _owes_by(
    source: Source, taken: Taken, owing: Collection[tuple[str, int]], passed: Mapping[str, Mapping[int, int]]
) -> bool:
    """Whether a later wave of it was lost: who has gone past the announcement tells of it again."""
    if taken.refused or taken.announced is None or (source.asset_id, taken.number) not in owing:
        return False
    partition, offset = taken.announced
    return all(passed[group].get(partition, -1) > offset for group in ANSWERS)


def _readable(path: str, body: bytes) -> Source | None:
    """None for a record that a newer release wrote, or that is damaged: its file waits, all others go on."""
    try:
        return Source.model_validate_json(body)
    except ValidationError as error:
        log.error("%s cannot be read; the file that it is about is left alone: %s", path, error)
        return None


def _name(one: InboxHint | IngestJob) -> tuple[object, ...]:
    """Names what was asked for, whenever it was."""
    if isinstance(one, InboxHint):
        return ("hint", one.bucket, one.key)
    return (one.task, one.reason, one.bucket, one.key, one.version)


def _again(source: Source, taken: Taken, group: str) -> IngestJob:
    return IngestJob(bucket=source.bucket, key=source.key, task="announce", version=taken.number, reason=group)


def _removed(source: Source) -> IngestJob:
    return IngestJob(bucket=source.bucket, key=source.key, task="removed", reason="sweep")


def _untaken(source: Source | None, info: ObjectInfo) -> bool:
    """Whether what lies there now is not what was taken last."""
    if source is None or source.gone is not None or not (source.versions or source.part_of or source.reading):
        return True
    return source.current != listed(info)
