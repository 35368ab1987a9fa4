"""What every service's `__main__` needs: servers connected, health served, workers run until told to stop."""

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import uvloop

from runtime import certificates, disks, logs, scratch
from runtime.at_work import AtWork
from runtime.broker import Record
from runtime.bulk import Gate
from runtime.config import Settings, misspelt
from runtime.deadletter import DeadLetterLimit, DeadLetters
from runtime.deliver import Delivery, Place, Said, Step
from runtime.gathering import FAUST_GATHERS_MS
from runtime.health import STALE_POLL_S, Health, serve
from runtime.kafka import KafkaConsumer, KafkaProducer
from runtime.kafka_reader import KafkaReader
from runtime.letters import KafkaLetters
from runtime.outage import ride_out
from runtime.overtake import FAR, Overtaking
from runtime.publisher import Outgoing, Publisher
from runtime.records import Records
from runtime.room import Room
from runtime.s3_store import Store
from runtime.verdict import CageIncomplete
from runtime.worker import Limits, Worker
from schemas.topics import Topic

if TYPE_CHECKING:
    from runtime.streams import Stream

log = logging.getLogger(__name__)
LEAVE_S = 15.0
"""So long whoever was told to stop may finish what it is at; during an outage nobody could."""
WITNESS_S = 30.0
"""So long a process that cannot work here tells why, to whoever scrapes: they look each 15 s."""


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a service on uvloop: half of the CPU of light steps is the event loop's own."""
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # for the threads of Faust, which make loops of their own
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


async def ended(done: Collection[asyncio.Task[None]], waiting: Collection[asyncio.Task[None]]) -> None:
    """Wait for those that were told to stop; cancel who does not. Raises the first error, of those `done` before."""
    if waiting:
        _, stuck = await asyncio.wait(waiting, timeout=LEAVE_S)
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
    for task in (*done, *waiting):
        if not task.cancelled():
            task.result()


class Process:
    """One service's process. Use as an async context; then `run` its workers."""

    def __init__(self, service: str, settings: Settings) -> None:
        logs.configure(settings.log_level)
        for name, meant in misspelt(type(settings)).items():
            log.warning("%s is no setting, and is passed over: %s is meant?", name, meant)
        certificates.note(settings)
        disks.watch_servers(settings.home)
        self.settings, self.service = settings, service
        self.health = Health(service)
        self.spool = Path(settings.spool) / f"{service}-{settings.ordinal}"
        self._producer = KafkaProducer(settings)
        self._store = Store(settings, Room(self.spool, settings.scratch_bytes))
        self.inbox = self._store.bucket(settings.inbox_bucket)
        self.library = self._store.bucket(settings.library_bucket)
        self.publisher = Publisher(self._producer, service)
        self.records = Records(self.library, self.publisher)
        self._stops: list[Callable[[], None]] = []
        self._told = asyncio.Event()
        """That somebody has told us to end."""

    async def __aenter__(self) -> "Process":
        _, self._claim = scratch.claim(self.spool.parent, self.spool.name)
        self._server = await serve(self.health, self.settings.metrics_host, self.settings.metrics_port)
        await ride_out(self._producer.start)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        if isinstance(error, CageIncomplete):
            await self._bear_witness(error)
        log.info("%s ends%s", self.service, f": {error!r}" if error else "")
        self._server.close()
        await self._producer.stop()
        self._store.close()
        scratch.remove(self.spool)
        self._claim.close()

    async def _bear_witness(self, error: Exception) -> None:
        """Unwell, and taking nothing: one that is gone at once is only one more that does not answer."""
        log.error("nothing is taken: %s", error)
        self.health.checks["cage"] = lambda: str(error)
        with suppress(TimeoutError):  # then it ends, and is started again
            await asyncio.wait_for(self._told.wait(), WITNESS_S)

    def on_stop(self, stop: Callable[[], None]) -> None:
        """Call this when the process is told to end."""
        self._stops.append(stop)

    def stop(self) -> None:
        """End all parts, as a signal does."""
        self._told.set()
        for stop in self._stops:
            stop()

    def dead_letters(self, group: str) -> DeadLetters:
        """The group's dead letters."""
        return DeadLetters(self.publisher, group, KafkaLetters(self.settings), self.settings.dead_letter_pause_s)

    async def emit(self, said: Said) -> Place | None:
        """Publish what a handler said: records through the archive, events straight."""
        if isinstance(said, Outgoing):
            return await self.publisher.publish(said)
        await self.records.write(said)
        return None

    def worker(
        self,
        group: str,
        steps: Mapping[Topic, Step[Any]],
        limits: Limits,
        *,
        weigh: Callable[[Record], int] = lambda _: 0,
        concerns: Callable[[Record], bool] = lambda _: True,
        ready: Callable[[Record], Awaitable[None]] | None = None,
        dealt: Callable[[], None] = lambda: None,
        gather_s: float = 0.0,
        flow: Callable[[Record], str | None] | None = None,
        far: int = FAR,
    ) -> Worker:
        """A member of `group` that does these steps.

        `gather_s`: see `KafkaConsumer`; `flow`, `far`: see `Overtaking`; the others: see `Worker`.
        """
        limit, dead, work = DeadLetterLimit(), self.dead_letters(group), AtWork(topic.name for topic in steps)
        deliveries = {
            topic.name: Delivery(step, self.emit, dead, limit, group, self.settings.max_attempts, work=work)
            for topic, step in steps.items()
        }

        async def process(record: Record) -> None:
            await deliveries[record.topic](record)

        if limits.bulk:
            concerns, ready = Gate(self.library).beside(limits.bulk, concerns, ready)
        consumer = KafkaConsumer(self.settings, group, [topic.name for topic in steps], gather_s=gather_s)
        ahead = Overtaking(lambda: KafkaReader(self.settings), flow, far=far) if flow else None
        worker = Worker(
            consumer, process, limits, weigh=weigh, concerns=concerns, ready=ready, dealt=dealt, overtaking=ahead
        )
        self.health.checks[group] = lambda: worker.problem() or work.problem()
        self.health.stalled[group] = work.stalled
        self.health.details[group] = worker.progress
        self.health.behind[group] = worker.behind
        self.on_stop(worker.stop)
        return worker

    def stream(self, group: str, steps: Mapping[Topic, Step[Any]], *, gather_ms: int = FAUST_GATHERS_MS) -> "Stream":
        """A Faust agent in `group` that does these light keyed steps. `gather_ms`: see `runtime/gathering.py`."""
        from runtime.streams import PATIENCE_S, Stream  # Faust takes a quarter of a second: only who needs it

        limit, dead, tries = DeadLetterLimit(), self.dead_letters(group), self.settings.max_attempts
        work = AtWork((topic.name for topic in steps), problem_s=STALE_POLL_S)  # nothing else goes on meanwhile
        deliveries = {
            topic.name: Delivery(step, self.emit, dead, limit, group, tries, PATIENCE_S, work)
            for topic, step in steps.items()
        }

        async def process(record: Record) -> None:
            await deliveries[record.topic](record)

        stream = Stream(self.settings, group, [topic.name for topic in steps], process, self.spool / "faust", gather_ms)
        self.health.checks[group] = work.problem
        self.health.stalled[group] = work.stalled
        self.health.behind[group] = stream.behind
        self.on_stop(stream.stop)
        return stream

    async def run(self, *parts: Awaitable[None]) -> None:
        """Run all parts until they end or are told to; if one fails, the others stop and its error is raised."""
        self.health.ready = True
        gc.collect()
        gc.freeze()  # modules and their models, a hundred thousand objects: no later collection has to walk them
        log.info("%s has started", self.service)
        tasks = [asyncio.ensure_future(part) for part in parts]
        finished = asyncio.create_task(asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION))
        told = asyncio.create_task(self._told.wait())
        await asyncio.wait({finished, told}, return_when=asyncio.FIRST_COMPLETED)
        finished.cancel()
        told.cancel()
        done = [task for task in tasks if task.done()]
        self.stop()
        await ended(done, [task for task in tasks if task not in done])
