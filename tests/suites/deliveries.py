"""A whole delivery on a laboratory's broker: one topic of jobs in, one of jobs out, its dead letters."""

from collections.abc import Callable
from dataclasses import dataclass, field

from runtime.at_work import AtWork
from runtime.broker import Record
from runtime.deadletter import DeadLetterLimit, DeadLetters
from runtime.deliver import Delivery, Place, Said, Saying, Step, decoder
from runtime.publisher import Outgoing, Publisher
from runtime.worker import Limits, Worker
from schemas.inbox import IngestJob
from schemas.topics import Topic
from tests.suites.labs import Lab, fresh

Handle = Callable[[IngestJob], Saying]


@dataclass
class Setting:
    """Names and parts of one test."""

    lab: Lab
    source: Topic
    target: Topic
    group: str
    dlq: str
    publisher: Publisher
    tried: list[str] = field(default_factory=list)

    def job(self, name: str, key: str = "key") -> Outgoing:
        """A job for the source topic; those of one key run in order."""
        return Outgoing(self.source, key, IngestJob(bucket="inbox", key=name))

    async def emit(self, said: Said) -> Place | None:
        """Publish a plain event."""
        assert isinstance(said, Outgoing)
        return await self.publisher.publish(said)

    def worker(
        self,
        handle: Handle,
        *,
        attempts: int = 3,
        limit: DeadLetterLimit | None = None,
        pause_s: float = 900,
        told: Handle | None = None,
        decode: Callable[[Record], IngestJob] | None = None,
        work: AtWork | None = None,
    ) -> Worker:
        """A worker that does this."""
        on_failure = (lambda message, _: told(message)) if told else None
        step = Step(decode or decoder(IngestJob), handle, on_failure)
        dead = DeadLetters(self.publisher, self.group, self.lab.letters, pause_s)
        delivery = Delivery(step, self.emit, dead, limit or DeadLetterLimit(), self.group, attempts, work=work)
        limits = Limits(slots=2, ahead=4, poll_s=0.05, grace_s=0.5)
        return Worker(self.lab.member(self.group, [self.source.name]), delivery, limits)

    async def out(self) -> list[str]:
        """Keys of the jobs that were said."""
        return [record.key.decode() for record in await self.lab.records(self.target.name) if record.key]

    async def dead(self) -> list[Record]:
        """The dead letters."""
        return await self.lab.records(self.dlq)


async def setting(lab: Lab, *, dlq_writable: bool = True) -> Setting:
    """Topics of one partition each."""
    source, target, group = fresh("in"), fresh("out"), fresh("g")
    dlq = f"{source}.{group}.dlq"
    for topic in (source, target):
        await lab.topic(topic, 1)
    await lab.topic(dlq, 1, writable=dlq_writable)
    jobs, out = (Topic(topic, IngestJob, "source", (), ()) for topic in (source, target))
    return Setting(lab, jobs, out, group, dlq, Publisher(lab.producer, "test"))
