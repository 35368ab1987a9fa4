"""What a sweep found: what it sends, what waits for a person's answer, what metrics tell."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from runtime import metrics
from runtime.publisher import Outgoing
from schemas.inbox import InboxHint, IngestJob
from schemas.topics import INBOX_EVENTS
from schemas.work import LinkRequest
from services.ingest.intake import job_event
from services.ingest.lost import Lost
from services.ingest.removals import lies_in
from services.ingest.unlinked import request

KINDS = ("missed", "unanswered", "unlinked", "removed", "unreadable", "held_back")
"""Of drift, as metrics name it."""
MOST = 20_000
"""Messages of one kind that wait for being acted on: what is beyond is found by a later sweep."""


def stands(*, held_back: int = 0, unreadable: int = 0, lost: int = 0, checked: datetime | None = None) -> None:
    """Report what waits for an answer; nothing where another process sweeps. checked: see `Drift`."""
    metrics.DRIFT_STANDING.labels("held_back").set(held_back)
    metrics.DRIFT_STANDING.labels("unreadable").set(unreadable)
    metrics.DRIFT_STANDING.labels("lost").set(lost)
    metrics.ORIGINALS_CHECKED.set(checked.timestamp() if checked else 0)


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
    unreadable: list[str] = field(default_factory=list)
    """Records of names that cannot be read: their paths."""

    lost: list[Lost] = field(default_factory=list)
    """Originals that the store has no more; not all of them where they are very many."""
    checked: datetime | None = field(default=None, compare=False)
    """When all originals were last looked for; None: not yet."""

    all_heard: bool = field(default=True, compare=False)
    """False: hints or jobs wait in a queue, and what they may be about is no drift."""

    def events(self, nonce: object) -> list[Outgoing]:
        """What to send."""
        hints = [request(asked, nonce) for asked in self.unlinked]
        hints += [Outgoing(INBOX_EVENTS, f"{h.bucket}/{h.key}", h) for h in self.missed]
        return hints + [job_event(job, nonce) for job in (*self.unanswered, *self.removed, *self.over)]

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

    def newly_lost(self, before: "Drift | None") -> list[Lost]:
        """What the sweep before did not know as lost."""
        known = {one.sha256 for one in before.lost} if before else set()
        return [one for one in self.lost if one.sha256 not in known]

    def count(self, before: "Drift | None" = None) -> None:
        """Report as metrics; what was held back before was counted then."""
        told = (len(self.missed), len(self.unanswered), len(self.unlinked), len(self.removed))
        counts = (*told, len(self.unreadable), sum(self.newly_held(before).values()))
        for kind, count in zip(KINDS, counts, strict=True):
            metrics.DRIFT.labels(kind).inc(count)
        held = sum(map(len, self.held_back.values()))
        stands(held_back=held, unreadable=len(self.unreadable), lost=len(self.lost), checked=self.checked)


Name = tuple[object, ...]
"""Of what is asked for, whenever that is."""


class Finding:
    """Fills a drift, without what rests after our own error, and without what was told before and still waits."""

    def __init__(self, drift: Drift, asked: dict[Name, datetime], resting: set[tuple[str, str]], now: datetime) -> None:
        """asked: what waits and since when, changed here; resting: buckets and keys."""
        self.drift, self._asked, self._resting, self._now = drift, asked, resting, now
        self._waiting = Counter(name[0] for name in asked)

    def hint(self, bucket: str, key: str) -> None:
        """Something untaken lies under that name."""
        if self._is_new(("hint", bucket, key), bucket, key):
            self.drift.missed.append(InboxHint(bucket=bucket, key=key, reason="sweep"))

    def again(self, bucket: str, key: str, number: int, reason: str) -> None:
        """A version is to be announced again."""
        if self._is_new(("again", reason, bucket, key, number), bucket, key):
            job = IngestJob(bucket=bucket, key=key, task="announce", version=number, reason=reason)
            self.drift.unanswered.append(job)

    def gone(self, bucket: str, key: str) -> None:
        """Somebody took it out."""
        if self._is_new(("gone", bucket, key), bucket, key):
            self.drift.removed.append(removed(bucket, key))

    def over(self, bucket: str, key: str, before: datetime) -> None:
        """Retention lets it go."""
        if self._is_new(("over", bucket, key), bucket, key):
            self.drift.over.append(IngestJob(bucket=bucket, key=key, retire=before, reason="retention"))

    def _is_new(self, name: Name, bucket: str, key: str) -> bool:
        if name in self._asked or (bucket, key) in self._resting or self._waiting[name[0]] >= MOST:
            return False
        self._asked[name] = self._now
        self._waiting[name[0]] += 1
        return True


def removed(bucket: str, key: str) -> IngestJob:
    """The job for what nobody finds in the inbox any more."""
    return IngestJob(bucket=bucket, key=key, task="removed", reason="sweep")
