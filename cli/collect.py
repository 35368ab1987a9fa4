"""remove from the library what nothing refers to any more, now

The collector does this by itself once a day (PACKSHOT_COLLECT_S). It removes bytes that nothing has referred to for
seven days (PACKSHOT_KEEP_DAYS), records that were replaced as long ago, and assets that were purged as long ago.

examples:
  packshot collect --dry-run
  packshot collect
"""

import argparse
import asyncio
from datetime import timedelta

from cli import home as homes
from cli.connect import settings_of
from cli.say import say
from runtime.config import Settings, load
from runtime.kafka import KafkaProducer
from runtime.publisher import Publisher
from runtime.s3_store import Store
from services.collector.config import CollectorSettings
from services.collector.ending import Ending
from services.collector.handler import Collector, Round

NAME = "collect"


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed, remove nothing")


def run(args: argparse.Namespace) -> int:
    """0 when the round was done."""
    found = asyncio.run(_collect(settings_of(homes.current()), dry=args.dry_run))
    said = ", ".join(f"{count} of {kind}" for kind, count in sorted(found.objects.items())) or "nothing"
    would = "would be removed" if args.dry_run else "removed"
    say(f"{would}: {said}; {found.bytes / 1e6:.1f} MB; {len(found.ended)} purged or merged assets ended")
    return 0


async def _collect(settings: Settings, *, dry: bool) -> Round:
    store, producer = Store(settings), KafkaProducer(settings)
    await producer.start()
    try:
        keep = timedelta(days=load(CollectorSettings).keep_days)
        library = store.bucket(settings.library_bucket)
        ending = Ending(library, store.bucket(settings.inbox_bucket), Publisher(producer, "collector").erase)
        return await Collector(library, ending, keep).collect(dry=dry)
    finally:
        await producer.stop()
        store.close()
