"""A real worker process for fault tests: takes jobs, writes one object and one facet each, and may be killed anywhere.

Run as `python -m tests.suites.victim TOPIC GROUP`; settings come from the environment, as for every service.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from runtime.broker import Record
from runtime.config import Settings, load
from runtime.deadletter import DeadLetterLimit, DeadLetters
from runtime.deliver import Delivery, Place, Said, Saying, Step, decoder
from runtime.kafka import KafkaConsumer, KafkaProducer
from runtime.publisher import Outgoing, Publisher
from runtime.records import Draft, Records
from runtime.s3_store import Store
from runtime.steps import step
from runtime.worker import Limits, Worker
from schemas.asset import AssetIngested
from schemas.facet import Facet, facet_key, facet_object
from schemas.topics import Topic

FACET = "renditions"


def draft(job: AssetIngested, topic: Topic) -> Draft[Facet]:
    """What the worker knows of the job's version."""

    def make(revision: int) -> Facet:
        return Facet(
            asset_id=job.asset_id, version=job.version, facet=FACET, revision=revision, status="done",
            written=datetime.now(UTC), data={"sha256": job.sha256},
        )  # fmt: skip

    path = facet_object(job.asset_id, job.version, FACET)
    return Draft(topic, facet_key(job.asset_id, job.version, FACET), path, Facet, make, job.asset_id)


async def main(jobs: str, group: str) -> None:
    """Work until killed or terminated."""
    settings = load(Settings)
    store, producer = Store(settings), KafkaProducer(settings)
    await producer.start()
    library, publisher = store.bucket(settings.library_bucket), Publisher(producer, "victim")
    records, target = Records(library, publisher), Topic(f"{jobs}.facets", Facet, "facet", (), (), compacted=True)

    async def handle(job: AssetIngested) -> Saying:
        (Path(settings.spool) / f"begun-{job.asset_id}").touch()
        step("job.begun")
        await asyncio.sleep(0.3)  # a long job, in small
        await library.put(f"renditions/{job.sha256}/{group}.webp", job.sha256.encode(), content_type="image/webp")
        step("job.written")
        yield draft(job, target)
        step("job.said")

    async def emit(said: Said) -> Place | None:
        if isinstance(said, Outgoing):
            return await publisher.publish(said)
        await records.write(said)
        return None

    delivery = Delivery(
        Step(decoder(AssetIngested), handle), emit, DeadLetters(publisher, group), DeadLetterLimit(), group, 3
    )

    async def process(record: Record) -> None:
        await delivery(record)
        step("job.finished")

    await Worker(KafkaConsumer(settings, group, [jobs]), process, Limits(slots=2, poll_s=0.1)).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
