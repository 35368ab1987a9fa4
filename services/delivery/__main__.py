"""Wires delivery: its view filled by a projection, a public port."""

from runtime.config import load
from runtime.database import Database
from runtime.kafka import KafkaConsumer
from runtime.outage import ride_out
from runtime.process import Process, run
from runtime.projection import Projection
from runtime.web import Web
from services.delivery.app import Delivery
from services.delivery.cache import Cache
from services.delivery.config import DeliverySettings
from services.delivery.counting import Counting
from services.delivery.ddl import SCHEMA, ddl
from services.delivery.making import Sizes
from services.delivery.pools import cages
from services.delivery.projector import TOPICS, apply, concerns
from services.delivery.purging import Purging


async def main() -> None:
    """Run until told to stop."""
    settings = load(DeliverySettings)
    terms, slots = settings.terms, settings.slots or 2
    database = Database(settings.database_url, connections=8)
    async with Process("delivery", settings) as process, cages(process.spool, slots, settings.size_seconds) as caged:
        await ride_out(lambda: database.make(SCHEMA, ddl()))
        consumer = KafkaConsumer(settings, SCHEMA, [topic.name for topic in TOPICS], gather_s=0.4)
        purging = Purging(settings.purge_url, settings.purge_token)
        dead, tries = process.dead_letters(SCHEMA), settings.max_attempts
        then = purging.then if settings.purge_url else None  # it costs each batch a second transaction
        projection = Projection(
            consumer, database, SCHEMA, apply, dead, then=then, max_attempts=tries, concerns=concerns
        )
        cache = Cache(process.library.read, settings.public_memory)
        counting = Counting(process.library)
        app = Delivery(
            database,
            process.library,
            projection.filling,
            public_url=settings.public_url,
            cache=cache,
            sizes=Sizes(process.library, caged, cache, settings.size_queue),
            terms=terms,
            counting=counting,
        )
        web = Web(app, settings.public_host, settings.public_port)
        for part in (projection, purging, web, counting):
            process.on_stop(part.stop)
        health = process.health
        health.checks["view"], health.waits["view"] = projection.problem, projection.filling
        health.checks["public"], health.behind[SCHEMA] = web.problem, consumer.behind
        await process.run(projection.run(), purging.run(), web.run(), counting.run())
        await database.close()


if __name__ == "__main__":
    run(main)
