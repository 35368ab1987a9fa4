"""Dead letters: messages that cannot be decoded, or that fail by our own error. Byte-exact, with the cause.

Too many of them stop the worker. Its supervisor starts it again, so the stop must outlive the process: the letter that
reaches the limit is marked, and whoever finds such a mark not older than the pause buries nothing more and stops too.
"""

import asyncio
import logging
import traceback
from collections import defaultdict, deque
from typing import Protocol

from runtime import metrics
from runtime.broker import Partition, Record
from runtime.publisher import Publisher

log = logging.getLogger(__name__)
PAUSE_S = 900.0

REPLAY_GROUP = "packshot-replay-group"
"""A replayed record names the group that it is for; others skip it."""
STOPPED = "packshot-dlq-stopped"
"""Marks the letter that stopped its worker."""


ADVICE = "Look at them with `packshot dlq list`, mend the cause, start the worker again."


class TooManyDeadLetters(Exception):
    """A bad deploy looks like this: stop rather than send everything to the dead letters."""


class Letters(Protocol):
    """Reads dead-letter topics."""

    async def lately(self, topic: str, seconds: float) -> list[Record]:
        """What came on that topic in the last `seconds`. Raises Unavailable."""
        ...


class DeadLetterLimit:
    """Per partition: at most `consecutive` in a row, and `ratio` of the last `window` messages."""

    def __init__(self, consecutive: int = 10, ratio: float = 0.5, window: int = 40) -> None:
        self._consecutive, self._ratio, self._window = consecutive, ratio, window
        self._runs: dict[Partition, int] = defaultdict(int)
        self._recent: dict[Partition, deque[bool]] = defaultdict(lambda: deque(maxlen=window))

    def count(self, place: Partition, dead: bool) -> None:
        """Note how a message ended. Raises TooManyDeadLetters at the limit; one that went well never reaches it."""
        self._runs[place] = self._runs[place] + 1 if dead else 0
        self._recent[place].append(dead)
        if dead and self._over(self._runs[place], self._recent[place]):
            raise TooManyDeadLetters(
                f"{self._runs[place]} messages in a row on {place.topic}/{place.number} failed by our own error, "
                f"{sum(self._recent[place])} of the last {len(self._recent[place])}. {ADVICE}"
            )

    def reached_by_one_more(self, place: Partition) -> bool:
        """Whether the next dead letter there will be the last."""
        return self._over(self._runs[place] + 1, deque([*self._recent[place], True], maxlen=self._window))

    def _over(self, run: int, recent: deque[bool]) -> bool:
        return run >= self._consecutive or (len(recent) == self._window and sum(recent) / self._window >= self._ratio)


class DeadLetters:
    """One group's dead letters."""

    def __init__(
        self, publisher: Publisher, group: str, letters: Letters | None = None, pause_s: float = PAUSE_S
    ) -> None:
        """`letters` and `pause_s`: how a stop of an earlier life is found, and how long it counts."""
        self._publisher, self.group, self._letters, self._pause_s = publisher, group, letters, pause_s
        self._allowed: set[str] = set()
        self._one_at_a_time = asyncio.Lock()
        """Of messages that fail side by side, each must know of those before it, or none would be the last."""
        self._stopped: TooManyDeadLetters | None = None

    def topic_of(self, record: Record) -> str:
        """Where a record's dead letter goes."""
        return f"{record.topic}.{self.group}.dlq"

    async def lay_down(self, record: Record, error: BaseException, attempts: int, limit: DeadLetterLimit) -> None:
        """Bury one message, if that is still allowed. Raises Unavailable, TooManyDeadLetters."""
        async with self._one_at_a_time:
            if self._stopped:
                raise self._stopped
            await self._allow(self.topic_of(record))
            await self.bury(record, error, attempts, last=limit.reached_by_one_more(record.place))
            log.error("given up: kept as a dead letter in %s, which `packshot dlq list` shows", self.topic_of(record))
            metrics.DEAD_LETTERS.labels(record.topic, type(error).__name__).inc()
            metrics.MESSAGES.labels(record.topic, "dead").inc()
            try:
                limit.count(record.place, dead=True)
            except TooManyDeadLetters as reached:
                self._stopped = reached
                raise

    async def _allow(self, topic: str) -> None:
        """Once in a life: whether an earlier life was stopped here not long ago."""
        if self._letters is None or topic in self._allowed:
            return
        if any(STOPPED in dict(letter.headers) for letter in await self._letters.lately(topic, self._pause_s)):
            raise TooManyDeadLetters(
                f"Less than {self._pause_s / 60:.0f} minutes ago too many dead letters of {topic} stopped this worker, "
                f"and still messages fail by our own error: nothing more is buried for now. {ADVICE}"
            )
        self._allowed.add(topic)

    async def bury(self, record: Record, error: BaseException, attempts: int, *, last: bool = False) -> None:
        """Write the record as it came, with where and why, and wait for the acknowledgement. Raises Unavailable.

        `last`: this one reaches the limit, which is marked.
        """
        trace = "".join(traceback.format_exception(error))[-4000:]
        headers = [
            *((name, value) for name, value in record.headers if not name.startswith("packshot-dlq-")),
            ("packshot-dlq-topic", record.topic.encode()),
            ("packshot-dlq-partition", str(record.partition).encode()),
            ("packshot-dlq-offset", str(record.offset).encode()),
            ("packshot-dlq-group", self.group.encode()),
            ("packshot-dlq-error", type(error).__name__.encode()),
            ("packshot-dlq-cause", str(error)[:1000].encode(errors="replace")),
            ("packshot-dlq-trace", trace.encode(errors="replace")),
            ("packshot-dlq-attempts", str(attempts).encode()),
            *([(STOPPED, b"1")] if last else []),
        ]
        await self._publisher.forward(self.topic_of(record), record.key, record.value, headers)


def meant_for(record: Record, group: str) -> bool:
    """False for a replayed record that names another group."""
    named = dict(record.headers).get(REPLAY_GROUP)
    return named is None or named == group.encode()
