"""fill the catalogue anew, from the topics or from the archive in the bucket; or the linker's view, from the topics.

examples:
  packshot rebuild --from topic             read the compacted topics from their beginning
  packshot rebuild --from bucket            read the archive; what came after it is followed
  packshot rebuild --from bucket --dump -   print the canonical dump afterwards (to compare with another)
  packshot rebuild linker --from topic      empty the linker's view and fill it; every picture is compared again
"""

import argparse
import asyncio
import json
import sys
import time
import uuid
from pathlib import Path

from cli.connect import settings_of
from cli.home import current
from cli.trouble import Trouble
from runtime.config import Settings
from runtime.database import Database
from runtime.deadletter import DeadLetters
from runtime.kafka import KafkaConsumer, KafkaProducer
from runtime.lags import REBUILDS
from runtime.outage import Unavailable
from runtime.publisher import Publisher
from runtime.s3_store import Store
from services.catalog import dump, rebuild
from services.catalog.projector import TOPICS
from services.linker import rebuild as linker

NAME = "rebuild"
VIEWS = ("catalog", "linker")


def add(parser: argparse.ArgumentParser) -> None:
    """See `Command`."""
    parser.add_argument("view", nargs="?", choices=VIEWS, default="catalog", help="which view (default: catalog)")
    parser.add_argument("--from", dest="source", choices=("topic", "bucket"), required=True, help="where to read")
    parser.add_argument("--dump", metavar="FILE", help="write the canonical dump (JSON lines) there; - is the output")
    parser.add_argument("--json", action="store_true", help="print what was done as one JSON object")


def run(args: argparse.Namespace) -> int:
    """See `Command`."""
    if args.view == "linker" and args.source == "bucket":
        raise Trouble(
            "The linker's view is filled from the topics only.", "Run `packshot rebuild linker --from topic`."
        )
    return asyncio.run(_run(args, settings_of(current())))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    started = time.monotonic()
    database = Database(settings.database_url)
    sys.stderr.write(f"packshot: filling the view of {args.view} from the {args.source} …\n")
    try:
        count = await fill(args.view, args.source, settings, database)
        if args.dump:
            await _dump(args.view, database, args.dump)
    except Unavailable as error:
        raise Trouble(str(error), "Start the servers with `packshot up`, then run this again.") from error
    finally:
        await database.close()
    done = {"view": args.view, "from": args.source, "records": count, "seconds": round(time.monotonic() - started, 2)}
    if args.json:
        sys.stdout.write(json.dumps(done) + "\n")
    else:
        sys.stderr.write(f"packshot: {count} records in {done['seconds']} s.\n")
    return 0


async def fill(view: str, source: rebuild.Source, settings: Settings, database: Database) -> int:
    """Fill from there; returns the number of records (from the topic: of offsets)."""
    # Groups of its own, left behind empty: Kafka forgets them after its retention.
    group = f"{view}{REBUILDS}{uuid.uuid4().hex[:12]}"
    topics = [topic.name for topic in (TOPICS if view == "catalog" else linker.TOPICS)]
    probe = KafkaConsumer(settings, f"{group}-ends", topics, static=False)
    logs = await probe.logs()
    ends = await rebuild.ends_of(probe)
    if source == "bucket":
        store = Store(settings)
        try:
            return await rebuild.from_bucket(database, store.bucket(settings.library_bucket), logs, ends)
        finally:
            store.close()
    producer = KafkaProducer(settings)
    await producer.start()
    try:
        dead = DeadLetters(Publisher(producer, view), view)
        consumer = KafkaConsumer(settings, group, topics, static=False)
        fill = rebuild.from_topic if view == "catalog" else linker.from_topic
        return await fill(database, consumer, ends, dead)
    finally:
        await producer.stop()


async def _dump(view: str, database: Database, target: str) -> None:
    lines = [line async for line in (dump.lines if view == "catalog" else linker.lines)(database)]
    text = "".join(f"{line}\n" for line in lines)
    if target == "-":
        sys.stdout.write(text)
    else:
        Path(target).write_text(text, encoding="utf-8")
