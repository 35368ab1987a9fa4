"""compare the inbox with what was taken, now, and repair what no message told

The ingest service does this by itself every minute (PACKSHOT_SWEEP_S); this is for the impatient.

Where too many files of a folder vanished at once it notes none of them as removed, and says "held back", until somebody
confirms that it was meant. What was moved or renamed is not held back: the new names keep the assets of the old.

examples:
  packshot sweep
  packshot sweep --dry-run
  packshot sweep --confirm-removals autumn/shoot --dry-run   what of that folder would be noted as removed
  packshot sweep --confirm-removals autumn/shoot             do so, this once
"""

import argparse
import asyncio
import shlex
import time

from cli import home as homes
from cli.connect import settings_as
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.kafka import KafkaProducer
from runtime.publisher import Publisher
from runtime.s3_store import Store
from services.ingest.config import IngestSettings
from services.ingest.sweep import Drift
from services.ingest.sweeper import sweep_of

NAME = "sweep"


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent, send nothing")
    parser.add_argument(
        "--confirm-removals",
        metavar="FOLDER",
        help="what is held back in this folder of the inbox and below it was meant to go (. is all of the inbox)",
    )


def run(args: argparse.Namespace) -> int:
    """0 when nothing had to be held back."""
    settings = settings_as(IngestSettings, homes.current())
    drift = asyncio.run(_sweep(settings, args.confirm_removals, send=not args.dry_run))
    return 1 if drift.held_back else 0


async def _sweep(settings: IngestSettings, confirmed: str | None, *, send: bool) -> Drift:
    store, producer = Store(settings), KafkaProducer(settings)
    await producer.start()
    try:
        inbox, library = store.bucket(settings.inbox_bucket), store.bucket(settings.library_bucket)
        drift = await sweep_of(settings, inbox, library).look()
        if confirmed is not None:
            confirm(drift, confirmed)
        tell(drift, sent=send)
        for event in drift.events(time.time()) if send else []:
            await Publisher(producer, "cli").publish(event)
        return drift
    finally:
        await producer.stop()
        store.close()


def confirm(drift: Drift, folder: str) -> None:
    """Let go what is held back there. Raises Trouble where nothing is: the folder may be mistyped."""
    jobs = drift.confirm(folder)
    if not jobs:
        held = ", ".join(sorted(drift.held_back)) or "none"
        raise Trouble(
            f"Nothing is held back in {folder}.",
            f"Name a folder as the inbox has it, without a slash before it. Held back now: {held}.",
        )
    say(f"confirmed: {counted(len(jobs), 'file')} of {folder}, which the library keeps, noted as removed")


def tell(drift: Drift, *, sent: bool) -> None:
    """Say what was found: files of the inbox, by what the library knows of them."""
    for hint in drift.missed:
        say(f"missed: {hint.key} lies in the inbox and was not taken")
    for job in drift.unanswered:
        say(f"unanswered: {job.key} was taken, and some of its work was never said to be done")
    for job in drift.removed:
        say(f"removed: {job.key} was taken out of the inbox; the library keeps it")
    for folder, jobs in drift.held_back.items():
        answer = f"packshot sweep --confirm-removals {shlex.quote(folder)}"
        say(f"held back: {counted(len(jobs), 'file')} vanished from {folder} at once. The library keeps all of them.")
        say(f"  nothing is noted as removed. If that was meant: {answer} (with --dry-run first)")
    if not drift.all_heard:
        say("messages wait for intake or ingest (packshot status): what they may tell of is on its way, not missed")
    said = f"{len(drift.missed)} missed, {len(drift.unanswered)} unanswered, {len(drift.removed)} removed"
    say(said if sent else f"{said}; nothing is sent in a dry run")
