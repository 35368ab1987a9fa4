"""Messages at work that show nothing for it: what hangs is seen, and its try given up.

The clock of a message stands while something runs that has a limit of its own (a caged child, a call to a server, what
is said to Kafka and the archive, a wait for what others hold), and begins anew with each try, and with all that the
message says. So one limit fits every step, and a film may take hours.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

from runtime.broker import Record

LONGEST_S = 240.0
"""A single call to a server gives up after 70 s, and a second wave lets others go first for 60."""
OVERDUE_S = 60.0
"""Who was told to end, and is still there after so long, ends with its process only."""


class Hung(Exception):
    """A try that showed nothing for too long. Our own error: it is tried again, then buried."""


class Turn:
    """One message at work. `longest_s`: so long it may show nothing."""

    def __init__(self, name: str, topic: str, longest_s: float) -> None:
        self.name, self.topic = name, topic
        self._longest_s = longest_s
        self._since = self._stands_since = time.monotonic()
        self._bounded = 0
        self._limit: asyncio.Timeout | None = None

    def stalled_s(self) -> float:
        """How long it shows nothing, seconds."""
        return (self._stands_since if self._bounded else time.monotonic()) - self._since

    def begin_anew(self) -> None:
        """It has shown something."""
        self._since = self._stands_since = time.monotonic()
        self._reckon()

    @contextmanager
    def standing(self) -> Iterator[None]:
        """The clock stands in this block; several may be open at once."""
        if not self._bounded:
            self._stands_since = time.monotonic()
        self._bounded += 1
        self._reckon()
        try:
            yield
        finally:
            self._bounded -= 1
            if not self._bounded:
                self._since += time.monotonic() - self._stands_since
            self._reckon()

    @asynccontextmanager
    async def one_try(self) -> AsyncIterator[None]:
        """The block is cancelled when it has shown nothing for too long. Raises Hung then."""
        self._since = self._stands_since = time.monotonic()
        try:
            async with asyncio.timeout(self._longest_s) as self._limit:
                yield
        except TimeoutError as error:
            if self._limit and self._limit.expired():
                raise Hung(f"nothing came of it for {self._longest_s:.0f} s") from error
            raise
        finally:
            self._limit = None

    def _reckon(self) -> None:
        if self._limit is None or self._limit.expired():
            return
        left = None if self._bounded else asyncio.get_running_loop().time() + self._longest_s - self.stalled_s()
        self._limit.reschedule(left)


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


def shown() -> None:
    """The message that this task works on has said something."""
    if turn := _turn.get():
        turn.begin_anew()


@contextmanager
def bounded() -> Iterator[None]:
    """Around what has a limit of its own: the clock of the message stands meanwhile. Outside of messages: nothing."""
    if (turn := _turn.get()) is None:
        yield
        return
    with turn.standing():
        yield


class AtWork:
    """What a group's member has at work, of these topics."""

    def __init__(self, topics: Iterable[str], longest_s: float = LONGEST_S, problem_s: float | None = None) -> None:
        """`problem_s`: from when on one that shows nothing is a problem; None: from when it should have ended."""
        self._topics, self._longest_s = tuple(topics), longest_s
        self._problem_s = longest_s + OVERDUE_S if problem_s is None else problem_s
        self._turns: set[Turn] = set()

    @contextmanager
    def message(self, record: Record) -> Iterator[Turn]:
        """Around the work on one."""
        name = f"{record.topic}/{record.partition}/{record.offset}"
        turn = Turn(name, record.topic, self._longest_s)
        self._turns.add(turn)
        token = _turn.set(turn)
        try:
            yield turn
        finally:
            _turn.reset(token)
            self._turns.discard(turn)

    def stalled(self) -> dict[str, float]:
        """Topic → seconds that the one which has stood longest shows nothing; 0 where none is at work."""
        found = dict.fromkeys(self._topics, 0.0)
        for turn in self._turns:
            found[turn.topic] = max(found.get(turn.topic, 0.0), turn.stalled_s())
        return found

    def problem(self) -> str | None:
        """What shows nothing, or None."""
        worst = max(self._turns, key=Turn.stalled_s, default=None)
        if worst is None or (stalled := worst.stalled_s()) <= self._problem_s:
            return None
        return f"{worst.name} shows nothing for {stalled:.0f} s"
