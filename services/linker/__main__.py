"""Wires linker: its view filled by a projection, its steps on Faust."""

from functools import partial

from runtime.config import load
from runtime.database import Database
from runtime.deliver import Step, decoder
from runtime.kafka import KafkaConsumer
from runtime.outage import ride_out
from runtime.process import Process, run
from runtime.projection import Projection
from schemas.topics import LINK_REQUESTS, MEDIA_REQUESTS
from schemas.work import LinkRequest, MediaRequest
from services.linker.config import LinkerSettings
from services.linker.ddl import SCHEMA, ddl
from services.linker.filling import Asking, Filling
from services.linker.handler import Deps, link, link_failed, media
from services.linker.rebuild import TOPICS
from services.linker.ruling import Ruling
from services.linker.warm import Warmth


async def main() -> None:
    """Run until told to stop."""
    settings = load(LinkerSettings)
    database = Database(settings.database_url)
    async with Process("linker", settings) as process:
        await ride_out(lambda: database.make(SCHEMA, ddl()))
        filling = Filling()
        asking = Asking(database, process.publisher.publish, filling.touched)
        consumer = KafkaConsumer(settings, "linker.view", [topic.name for topic in TOPICS], gather_s=0.4)
        dead = process.dead_letters("linker")
        projection = Projection(
            consumer, database, SCHEMA, filling.apply, dead, then=filling.then, max_attempts=settings.max_attempts
        )
        process.on_stop(projection.stop)
        process.health.checks["view"], process.health.waits["view"] = projection.problem, projection.filling
        process.health.behind["linker.view"] = consumer.behind
        deps = Deps(database, Warmth(projection, consumer), process.library)
        stream = process.stream(
            "linker",
            {
                LINK_REQUESTS: Step(
                    decoder(LinkRequest), partial(link, deps=deps), on_failure=partial(link_failed, deps=deps)
                ),
                MEDIA_REQUESTS: Step(decoder(MediaRequest), partial(media, deps=deps)),
            },
        )
        process.on_stop(asking.stop)
        ruling = Ruling(process.library, database, filling.touched)
        process.on_stop(ruling.stop)
        await ride_out(ruling.look)  # before anything is read by others
        await process.run(projection.run(), asking.run(), ruling.run(), stream.run())
        await database.close()


if __name__ == "__main__":
    run(main)
