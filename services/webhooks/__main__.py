"""Wires webhooks: its view filled by a projection, a sender that empties its queue."""

from runtime.broker import Partition
from runtime.config import load
from runtime.database import Database
from runtime.kafka import KafkaConsumer
from runtime.outage import ride_out
from runtime.process import Process, run
from runtime.projection import Projection
from schemas.topics import FACTS
from services.webhooks.config import WebhooksSettings
from services.webhooks.ddl import SCHEMA, ddl
from services.webhooks.handler import Deps, growing
from services.webhooks.mail import Mailer, by_scheme
from services.webhooks.mail_line import enrol
from services.webhooks.post import Poster
from services.webhooks.projector import TOPICS, apply, concerns
from services.webhooks.sender import Sender
from services.webhooks.turning import Turning

GATHER_S = 1.0
"""A receiver hears of a change so much later at most, and a busy hour costs one round a second."""


async def main() -> None:
    """Run until told to stop."""
    settings = load(WebhooksSettings)
    database, web = Database(settings.database_url), Poster(private=settings.webhook_private)
    post = by_scheme(web, Mailer(settings))
    async with Process("webhooks", settings) as process:
        await ride_out(lambda: database.make(SCHEMA, ddl()))
        await ride_out(lambda: enrol(database, active=bool(settings.smtp_host)))
        consumer = KafkaConsumer(settings, SCHEMA, [topic.name for topic in TOPICS], gather_s=GATHER_S)
        deps = Deps(
            database, process.records, post, settings.admin_key, settings.public_url, settings.page_url, growing
        )
        first = Partition(FACTS.name, 0)  # of several processes one sends
        sender = Sender(deps, filling=lambda: projection.filling(), may=lambda: first in consumer.assignment())
        dead, tries = process.dead_letters(SCHEMA), settings.max_attempts
        projection = Projection(
            consumer, database, SCHEMA, apply, dead, committed=sender.wake, max_attempts=tries, concerns=concerns
        )
        turning = Turning(database, sender.wake)
        for part in (projection, sender, turning):
            process.on_stop(part.stop)
        health = process.health
        health.checks["view"], health.waits["view"] = projection.problem, projection.filling
        health.behind[SCHEMA] = consumer.behind
        await process.run(projection.run(), sender.run(), turning.run())
        await web.close()
        await database.close()


if __name__ == "__main__":
    run(main)
