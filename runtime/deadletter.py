"""Dead letters: messages that cannot be decoded, or that fail by our own error. Byte-exact, with the cause."""

import traceback
from collections import defaultdict, deque

from runtime.broker import Partition, Record
from runtime.publisher import Publisher

REPLAY_GROUP = "packshot-replay-group"
"""A replayed record names the group that it is for; others skip it."""


class TooManyDeadLetters(Exception):
    """A bad deploy looks like this: stop rather than send everything to the dead letters."""


class DeadLetterLimit:
    """Per partition: at most `consecutive` in a row, and `ratio` of the last `window` messages."""

    def __init__(self, consecutive: int = 10, ratio: float = 0.5, window: int = 40) -> None:
        self._consecutive, self._ratio, self._window = consecutive, ratio, window
        self._runs: dict[Partition, int] = defaultdict(int)
        self._recent: dict[Partition, deque[bool]] = defaultdict(lambda: deque(maxlen=window))

    def count(self, place: Partition, dead: bool) -> None:
        """Note how a message ended. Raises TooManyDeadLetters at the limit."""
        self._runs[place] = self._runs[place] + 1 if dead else 0
        recent = self._recent[place]
        recent.append(dead)
        share = sum(recent) / self._window
        if self._runs[place] >= self._consecutive or (len(recent) == self._window and share >= self._ratio):
            raise TooManyDeadLetters(
                f"{self._runs[place]} messages in a row on {place.topic}/{place.number} failed by our own error. "
                "Look at them with `packshot dlq list`, mend the cause, start the worker again."
            )


class DeadLetters:
    """One group's dead letters."""

    def __init__(self, publisher: Publisher, group: str) -> None:
        self._publisher, self._group = publisher, group

    def topic_of(self, record: Record) -> str:
        """Where a record's dead letter goes."""
        return f"{record.topic}.{self._group}.dlq"

    async def bury(self, record: Record, error: BaseException, attempts: int) -> None:
        """Write the record as it came, with where and why, and wait for the acknowledgement. Raises Unavailable."""
        trace = "".join(traceback.format_exception(error))[-4000:]
        headers = [
            *((name, value) for name, value in record.headers if not name.startswith("packshot-dlq-")),
            ("packshot-dlq-topic", record.topic.encode()),
            ("packshot-dlq-partition", str(record.partition).encode()),
            ("packshot-dlq-offset", str(record.offset).encode()),
            ("packshot-dlq-group", self._group.encode()),
            ("packshot-dlq-error", type(error).__name__.encode()),
            ("packshot-dlq-cause", str(error)[:1000].encode(errors="replace")),
            ("packshot-dlq-trace", trace.encode(errors="replace")),
            ("packshot-dlq-attempts", str(attempts).encode()),
        ]
        await self._publisher.forward(self.topic_of(record), record.key, record.value, headers)


def meant_for(record: Record, group: str) -> bool:
    """False for a replayed record that names another group."""
    named = dict(record.headers).get(REPLAY_GROUP)
    return named is None or named == group.encode()
