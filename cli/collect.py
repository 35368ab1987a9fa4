"""remove from the library what nothing refers to any more, now

The collector does this by itself once a day (PACKSHOT_COLLECT_S). It removes bytes that nothing has referred to for
seven days (PACKSHOT_KEEP_DAYS), records that were replaced as long ago, and assets that were purged as long ago.

examples:
  packshot collect --dry-run
  packshot collect
"""

import argparse
import asyncio
from collections import Counter
from datetime import timedelta

from cli import home as homes
from cli.connect import settings_of
from cli.say import say
from runtime.config import Settings, load
from runtime.kafka import KafkaProducer
from runtime.minio_store import Store
from runtime.publisher import Publisher
from services.collector.config import CollectorSettings
from services.collector.handler import Collector, Round

NAME = "collect"


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed, remove nothing")
    parser.add_argument("--verbose", action="store_true", help="name each object")


def run(args: argparse.Namespace) -> int:
    """0 when the round was done."""
    found = asyncio.run(_collect(settings_of(homes.current()), dry=args.dry_run))
    if args.verbose:
        for info in found.versions:
            say(f"{info.key}  version {info.version_id}, {info.size} bytes, of {info.modified:%Y-%m-%d}")
    kinds = Counter(info.key.partition("/")[0] for info in found.versions)
    said = ", ".join(f"{count} of {kind}" for kind, count in sorted(kinds.items())) or "nothing"
    would = "would be removed" if args.dry_run else "removed"
    say(f"{would}: {said}; {found.bytes / 1e6:.1f} MB; {len(found.ended)} purged assets ended")
    return 0


async def _collect(settings: Settings, *, dry: bool) -> Round:
    store, producer = Store(settings), KafkaProducer(settings)
    await producer.start()
    try:
        keep = timedelta(days=load(CollectorSettings).keep_days)
        library = store.bucket(settings.library_bucket)
        collector = Collector(library, Publisher(producer, "collector").erase, keep)
        return await collector.look() if dry else await collector.collect()
    finally:
        await producer.stop()
        store.close()
