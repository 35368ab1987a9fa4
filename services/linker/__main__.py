"""Wires linker: its view filled by a projection, links on Faust, media (several behind each link) on a worker."""

from functools import partial

from runtime.config import load
from runtime.database import Database
from runtime.deliver import Step, decoder
from runtime.kafka import KafkaConsumer
from runtime.outage import ride_out
from runtime.process import Process, run
from runtime.projection import Projection
from runtime.worker import Limits
from schemas.topics import LINK_REQUESTS, MEDIA_REQUESTS
from schemas.work import LinkRequest, MediaRequest
from services.linker.config import LinkerSettings
from services.linker.ddl import SCHEMA, ddl
from services.linker.filling import Asking, Filling, concerns
from services.linker.handler import Deps, link, link_failed
from services.linker.product_media import media
from services.linker.rebuild import TOPICS
from services.linker.ruling import Ruling
from services.linker.warm import Warmth

SLOTS = 8
"""SKUs whose media are made at once: most wait for the store."""
GATHER_S = 0.2
"""So long records may wait at the broker for others: a change passes here three times until its media are told."""


async def main() -> None:
    """Run until told to stop."""
    settings = load(LinkerSettings)
    database = Database(settings.database_url)
    async with Process("linker", settings) as process:
        await ride_out(lambda: database.make(SCHEMA, ddl()))
        filling = Filling()
        asking = Asking(database, process.publisher.publish, filling.touched)
        consumer = KafkaConsumer(settings, "linker.view", [topic.name for topic in TOPICS], gather_s=GATHER_S)
        projection = Projection(
            consumer,
            database,
            SCHEMA,
            filling.apply,
            process.dead_letters("linker"),
            committed=filling.committed,
            max_attempts=settings.max_attempts,
            concerns=concerns,
        )
        process.on_stop(projection.stop)
        process.health.checks["view"], process.health.waits["view"] = projection.problem, projection.filling
        process.health.behind["linker.view"] = consumer.behind
        deps = Deps(database, Warmth(projection, consumer), process.library, settings.public_url)
        linking = Step(decoder(LinkRequest), partial(link, deps=deps), on_failure=partial(link_failed, deps=deps))
        stream = process.stream("linker", {LINK_REQUESTS: linking}, gather_ms=int(GATHER_S * 1000))
        showing = Step(decoder(MediaRequest), partial(media, deps=deps))
        worker = process.worker("linker-media", {MEDIA_REQUESTS: showing}, Limits(slots=SLOTS))
        process.on_stop(asking.stop)
        ruling = Ruling(process.library, database, filling.touched)
        process.on_stop(ruling.stop)
        await ride_out(ruling.look)  # before anything is read by others
        await process.run(projection.run(), asking.run(), ruling.run(), stream.run(), worker.run())
        await database.close()


if __name__ == "__main__":
    run(main)
