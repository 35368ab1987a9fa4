"""Wires linker: its view filled by a projection, its steps on Faust."""

from functools import partial
from pathlib import Path

from runtime.config import load
from runtime.database import Database
from runtime.deliver import Step, decoder
from runtime.kafka import KafkaConsumer
from runtime.outage import ride_out
from runtime.process import Process, run
from runtime.projection import Projection
from runtime.standing import OFFSETS_DDL
from schemas.topics import ASSET_METADATA, LINK_REQUESTS, MEDIA_REQUESTS, PIM_PRODUCTS
from schemas.work import LinkRequest, MediaRequest
from services.linker.config import LinkerSettings
from services.linker.filling import Asking, Filling
from services.linker.handler import Deps, link, media
from services.linker.warm import Warmth

DDL = OFFSETS_DDL + Path(__file__).with_name("schema.sql").read_text()


async def main() -> None:
    """Run until told to stop."""
    settings = load(LinkerSettings)
    database = Database(settings.database_url)
    async with Process("linker", settings) as process:
        await ride_out(lambda: database.make("linker", DDL))
        filling = Filling()
        asking = Asking(database, process.publisher.publish, filling.touched)
        consumer = KafkaConsumer(settings, "linker.view", [ASSET_METADATA.name, PIM_PRODUCTS.name], gather=True)
        dead = process.dead_letters("linker")
        projection = Projection(
            consumer, database, "linker", filling.apply, dead, then=filling.then, max_attempts=settings.max_attempts
        )
        process.on_stop(projection.stop)
        process.health.checks["view"] = projection.problem
        deps = Deps(database, Warmth(projection, consumer), process.library)
        stream = process.stream(
            "linker",
            {
                LINK_REQUESTS: Step(decoder(LinkRequest), partial(link, deps=deps)),
                MEDIA_REQUESTS: Step(decoder(MediaRequest), partial(media, deps=deps)),
            },
        )
        process.on_stop(asking.stop)
        await process.run(projection.run(), asking.run(), stream.run())
        await database.close()


if __name__ == "__main__":
    run(main)
