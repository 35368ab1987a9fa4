"""compare the inbox with what was taken, now, and repair what no message told

The ingest service does this by itself every minute (PACKSHOT_SWEEP_S); this is for the impatient.

examples:
  packshot sweep
  packshot sweep --dry-run
"""

import argparse
import asyncio
import time

from cli import home as homes
from cli.connect import settings_as
from cli.say import say
from runtime.kafka import KafkaProducer
from runtime.minio_store import Store
from runtime.publisher import Publisher
from services.ingest.config import IngestSettings
from services.ingest.sweep import Drift
from services.ingest.sweeper import sweep_of

NAME = "sweep"


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent, send nothing")


def run(args: argparse.Namespace) -> int:
    """0 when nothing had to be held back."""
    drift = asyncio.run(_sweep(settings_as(IngestSettings, homes.current()), send=not args.dry_run))
    for hint in drift.missed:
        say(f"missed: {hint.key}")
    for job in (*drift.unanswered, *drift.removed):
        say(f"{job.task}: {job.key}")
    for folder, count in drift.held_back.items():
        say(f"held back: {count} files vanished from {folder} at once. If that was meant, nothing need be done.")
    say(f"{len(drift.missed)} missed, {len(drift.unanswered)} unanswered, {len(drift.removed)} removed")
    return 1 if drift.held_back else 0


async def _sweep(settings: IngestSettings, *, send: bool) -> Drift:
    store, producer = Store(settings), KafkaProducer(settings)
    await producer.start()
    try:
        inbox, library = store.bucket(settings.inbox_bucket), store.bucket(settings.library_bucket)
        drift = await sweep_of(settings, inbox, library).look()
        for event in drift.events(time.time()) if send else []:
            await Publisher(producer, "cli").publish(event)
        return drift
    finally:
        await producer.stop()
        store.close()
