"""One delivery, whole: decode, handle, publish each event as it comes; retry our own errors, then bury.

An outage waits and costs no attempt; what was computed on outdated reading is computed anew, which costs none either
(`runtime/fence.py`). A try that hangs is given up, which is an error of ours (`runtime/at_work.py`). Before a decodable
message is buried, `on_failure` tells the world (a facet with status `failed`), so that nothing waits for it for ever.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count
from typing import Any, Generic, TypeVar

from runtime import at_work, logs, metrics
from runtime.at_work import AtWork, Turn
from runtime.broker import Record
from runtime.deadletter import DeadLetterLimit, DeadLetters, meant_for
from runtime.fence import Outdated
from runtime.handling import handling
from runtime.outage import Unavailable, backoff, ride_out
from runtime.publisher import Outgoing
from runtime.records import Draft
from runtime.trace import continue_trace, parent_of
from schemas.base import Contract
from schemas.envelope import Event

log = logging.getLogger(__name__)
M = TypeVar("M", bound=Contract)
AT_ONCE = 3
"""So often a handler is run anew without a pause."""
BURY_PATIENCE_S = 20.0
"""Seconds that a dead letter is tried; then the worker stops, and the message is not acknowledged."""
Said = Outgoing | Draft[Any]
Place = tuple[int, int]
"""Partition and offset that a plain event was acknowledged at."""
Saying = AsyncGenerator[Said, Place | None]
"""A handler: it yields what it says, and goes on when that is acknowledged; `place = yield out` tells where."""
Emit = Callable[[Said], Awaitable[Place | None]]


@dataclass(frozen=True)
class Step(Generic[M]):
    """What one service does with one topic. `on_failure` may yield what to say before the message is buried."""

    decode: Callable[[Record], M]
    handle: Callable[[M], Saying]
    on_failure: Callable[[M, BaseException], Saying] | None = None


def decoder(model: type[M]) -> Callable[[Record], M]:
    """Unwrap the envelope and validate `data`. Raises ValidationError."""

    def decode(record: Record) -> M:
        event = Event.model_validate_json(record.value or b"")
        if parent_of(record.headers) is None:  # of a release that wrote no such header
            continue_trace(event.traceparent)
        logs.context.set({**logs.context.get(), "event": event.id})
        return model.model_validate(event.data)

    return decode


async def say_all(saying: Saying, emit: Emit) -> None:
    """Publish what a handler says, one after the other, telling it where each was acknowledged."""
    place: Place | None = None
    async with aclosing(saying):
        try:
            while True:
                said = await saying.asend(place)
                with at_work.bounded():  # by the servers: that one is away, or slow, is no hanging
                    place = await emit(said)
                at_work.shown()
        except StopAsyncIteration:
            return


async def until_current(call: Callable[[], Awaitable[None]]) -> None:
    """Call anew, at once, while what it read is outdated when it writes. Others were at it: this ends."""
    for times in count():
        try:
            return await call()
        except Outdated as error:
            log.info("done anew: %s", error)
            if times >= AT_ONCE:
                await asyncio.sleep(backoff(times - AT_ONCE + 1))


class Delivery(Generic[M]):
    """`process` of a Worker for one topic."""

    def __init__(
        self,
        step: Step[M],
        emit: Emit,
        dead: DeadLetters,
        limit: DeadLetterLimit,
        group: str,
        max_attempts: int,
        patience_s: float | None = None,
        work: AtWork | None = None,
    ) -> None:
        """`patience_s`: how long an outage is waited out before Unavailable leaves (None: for ever).

        `work`: where its group tells of messages that hang.
        """
        self._step, self._emit, self._dead, self._limit = step, emit, dead, limit
        self._group, self._max_attempts, self._patience_s = group, max_attempts, patience_s
        self._work = work or AtWork([])

    async def __call__(self, record: Record) -> None:
        """Do the record. Raises TooManyDeadLetters, and Unavailable where patience has an end."""
        if record.value is None or not meant_for(record, self._group):
            metrics.MESSAGES.labels(record.topic, "skipped").inc()
            return  # a tombstone says nothing to a step; a replay for another group neither
        with handling(record.topic, record.timestamp_ms), self._work.message(record) as turn:
            await self._do(record, turn)

    async def _do(self, record: Record, turn: Turn) -> None:
        logs.context.set({"subject": (record.key or b"").decode(errors="replace")})
        continue_trace(parent_of(record.headers))  # of a notification, which names none, the trace begins here
        try:
            message = self._step.decode(record)
        except Exception as error:  # whatever odd bytes make a decoder raise, they will do it again
            log.warning("cannot be decoded: %s", error, exc_info=error)
            await self._bury(record, error, 1)
            return
        for attempt in range(1, self._max_attempts + 1):
            try:
                await self._once(message, turn)
            except Unavailable:
                raise
            except Exception as error:  # our own errors of any kind are retried, then buried
                log.warning("try %d of %d failed: %s", attempt, self._max_attempts, error, exc_info=error)
                if attempt == self._max_attempts:
                    await self._fail(record, message, error, attempt, turn)
                    return
                await asyncio.sleep(backoff(attempt))
            else:
                metrics.MESSAGES.labels(record.topic, "done").inc()
                self._limit.count(record.place, dead=False)
                return

    async def _once(self, message: M, turn: Turn) -> None:
        async def current() -> None:
            async with turn.one_try():
                await until_current(lambda: say_all(self._step.handle(message), self._emit))

        await ride_out(current, patience_s=self._patience_s)

    async def _fail(self, record: Record, message: M, error: Exception, attempts: int, turn: Turn) -> None:
        if tell := self._step.on_failure:

            async def told() -> None:
                async with turn.one_try():
                    await say_all(tell(message, error), self._emit)

            try:
                await ride_out(told, patience_s=self._patience_s)
            except Unavailable:
                raise
            except Exception as second:  # the dead letter tells of both; stopping here would stop at it for ever
                log.error("nor could the failure be told: %s", second, exc_info=second)
                error.add_note(f"nor could the failure be told: {second!r}")
        await self._bury(record, error, attempts)

    async def _bury(self, record: Record, error: Exception, attempts: int) -> None:
        """Not swallowed, not acknowledged: if the dead letter cannot be written in time, the worker stops."""
        await ride_out(lambda: self._dead.lay_down(record, error, attempts, self._limit), patience_s=BURY_PATIENCE_S)
