"""compare the inbox with what was taken, now, and repair what no message told

The ingest service does this by itself every minute (PACKSHOT_SWEEP_S); this is for the impatient.

Where too many files of a folder vanished at once it notes none of them as removed, and says "held back", until somebody
confirms that it was meant. What was moved or renamed is not held back: the new names keep the assets of the old.

It also looks whether every original is in the store, by name and size. --mend puts back those that are lost, and
records of names that are damaged, from earlier versions of these objects or from the inbox.

examples:
  packshot sweep
  packshot sweep --dry-run
  packshot sweep --confirm-removals autumn/shoot --dry-run   what of that folder would be noted as removed
  packshot sweep --confirm-removals autumn/shoot             do so, this once
  packshot sweep --mend                                      what is lost or damaged is put back
"""

import argparse
import asyncio
import shlex
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli import home as homes
from cli.connect import settings_as
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.kafka import KafkaProducer
from runtime.objects import Bucket
from runtime.outage import Unavailable
from runtime.publisher import Publisher
from runtime.s3_store import Store
from services.ingest.config import IngestSettings
from services.ingest.lost import Lost
from services.ingest.mend import original_back, record_back
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

    parser.add_argument(
        "--mend", action="store_true", help="put back originals that are lost and records of names that are damaged"
    )


def run(args: argparse.Namespace) -> int:
    """0 when nothing had to be held back, and nothing is lost or damaged any more."""
    settings = settings_as(IngestSettings, homes.current())
    drift = asyncio.run(_sweep(settings, args.confirm_removals, send=not args.dry_run, mending=args.mend))
    return 1 if drift.held_back or drift.lost or drift.unreadable else 0


async def _sweep(settings: IngestSettings, confirmed: str | None, *, send: bool, mending: bool) -> Drift:
    store, producer = Store(settings), KafkaProducer(settings)
    await producer.start()
    try:
        inbox, library = store.bucket(settings.inbox_bucket), store.bucket(settings.library_bucket)
        drift = await sweep_of(settings, inbox, library).look()
        if confirmed is not None:
            confirm(drift, confirmed)
        tell(drift, sent=send)
        if mending and send:
            with tempfile.TemporaryDirectory(dir=homes.current().tmp) as folder:
                await mend(drift, inbox, library, Path(folder))
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


async def mend(drift: Drift, inbox: Bucket, library: Bucket, folder: Path) -> None:
    """Put back what can be; what could not stays in `drift`, also where the store does not answer for it."""
    for path in list(drift.unreadable):
        with _or_said(path):
            await _mend_record(path, drift, library, folder)
    for one in list(drift.lost):
        with _or_said(one.original):
            await _mend_original(one, drift, inbox, library, folder)


@contextmanager
def _or_said(name: str) -> Iterator[None]:
    """What a broken disk does not give must not keep the others from being put back."""
    try:
        yield
    except Unavailable as error:
        say(f"not mended: {name}. {error}")


async def _mend_record(path: str, drift: Drift, library: Bucket, folder: Path) -> None:
    if at := await record_back(path, library, folder):
        say(f"mended: {path} is again as it was written on {at}")
        drift.unreadable.remove(path)
    else:
        say(f"not mended: {path} has no version before it that can be read, or is of a newer release: start that")


async def _mend_original(one: Lost, drift: Drift, inbox: Bucket, library: Bucket, folder: Path) -> None:
    if found := await original_back(one, inbox, library, folder):
        say(f"mended: {one.original}, from {found}")
        drift.lost.remove(one)
    else:
        say(f"not mended: {one.original}. Drop {one.key} again, as it was, or take the store of a backup:")
        say("  packshot down && packshot restore FOLDER && packshot up")


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
    for path in drift.unreadable:
        say(f"damaged: {path} cannot be read; the file that it is about is left alone. packshot sweep --mend")
    for one in drift.lost:
        say(f"lost: {one}. packshot sweep --mend puts it back where an earlier version or the inbox has it")
    if not drift.all_heard:
        say("messages wait for intake or ingest (packshot status): what they may tell of is on its way, not missed")
    lost = f"{counted(len(drift.lost), 'original')} lost" if drift.lost else "every original is there, by name and size"
    said = f"{len(drift.missed)} missed, {len(drift.unanswered)} unanswered, {len(drift.removed)} removed; {lost}"
    say(said if sent else f"{said}; nothing is sent in a dry run")
