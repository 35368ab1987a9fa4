"""how the PIM stands: what was asked, what is wrong in its data, what waits for a person

examples:
  packshot pim
  packshot pim --full                  ask the PIM for everything now; once a day pim does so by itself
  packshot pim --confirm-removals      what is held back because so much has gone at once was meant to go
"""

import argparse
import asyncio

from cli import home as homes
from cli.connect import settings_as
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.objects import Bucket
from runtime.s3_store import Store
from services.pim.akeneo.translate import SYSTEM
from services.pim.config import PimSettings
from services.pim.polled import Polled, asked_object, polled_object

NAME = "pim"


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--full", action="store_true", help="ask the PIM for everything now")
    parser.add_argument("--confirm-removals", action="store_true", help="remove what is held back, this once")


def run(args: argparse.Namespace) -> int:
    """0 when nothing waits for a person."""
    settings = settings_as(PimSettings, homes.current())
    store = Store(settings)
    try:
        return asyncio.run(_pim(store.bucket(settings.library_bucket), args))
    finally:
        store.close()


async def _pim(library: Bucket, args: argparse.Namespace) -> int:
    stored = await library.get(polled_object(SYSTEM))
    if stored is None:
        raise Trouble(
            "No PIM was asked yet.", "Set PACKSHOT_AKENEO_URL and its login, then `packshot up`: docs/pim.md."
        )
    polled = Polled.model_validate_json(stored.body)
    held = polled.held
    if args.confirm_removals:
        if held is None:
            raise Trouble("Nothing is held back.", "`packshot pim` says what is.")
        await library.put(asked_object(SYSTEM), held.mark.encode())
        say(f"confirmed: {counted(held.count, 'record')} will be removed with the next question, within a minute")
        return 0
    if args.full:
        await library.put(asked_object(SYSTEM), b"")
        say("everything is asked for with the next question, within a minute")
    tell(polled)
    return 1 if held else 0


def tell(polled: Polled) -> None:
    """Say how it stands."""
    full = f"{polled.full:%d %B %H:%M} UTC"
    say(f"{SYSTEM}: {counted(polled.known, 'record')} on {full}; changes are read up to {polled.cursor}")
    for problem in polled.problems:
        say(f"  {problem}")
    if polled.held:
        say(f"held back: {polled.held}")
