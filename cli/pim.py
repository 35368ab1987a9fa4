"""how the PIMs stand: what was asked, what is wrong in their data, what was refused, what waits for a person

Ends with 1 where something waits for a person: removals that are held back, or, with --deliveries, places that others
changed or that could not be filled.

examples:
  packshot pim
  packshot pim --full                  ask the PIM for everything now; once a day pim does so by itself
  packshot pim --confirm-removals      what is held back because so much has gone at once was meant to go
  packshot pim --deliveries            pictures that the PIM did not get, each with its cause and cure
  packshot pim --deliver               compare all products' pictures with the PIM, after the mapping file was changed
  packshot pim --overwrite TRAINER-RED     where somebody changed them in the PIM, ours count, this once
"""

import argparse
import asyncio
import http.client
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from cli import home as homes
from cli.connect import settings_as
from cli.home import Home
from cli.say import counted, say
from cli.status import report_of
from cli.supervisor import status_file
from cli.trouble import Trouble
from runtime import latest
from runtime.config import Settings
from runtime.objects import Bucket
from runtime.s3_store import Store
from schemas.delivery import Delivery
from schemas.topics import DELIVERIES, PRODUCT_MEDIA
from schemas.webhook import TARGET
from services.pim.akeneo.translate import SYSTEM
from services.pim.config import PimSettings
from services.pim.polled import Polled, asked_object
from services.pim.writeback import delivery_object, mark, overwrite_object

NAME = "pim"
SYSTEMS = ("akeneo", "salsify", "wisepim")
_SYSTEM = re.compile(r"^pim/[a-z]+\.json$")


def add(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--full", action="store_true", help="ask the PIM for everything now")
    parser.add_argument("--confirm-removals", action="store_true", help="remove what is held back, this once")
    parser.add_argument("--deliveries", action="store_true", help="say what of the pictures did not get there, and why")
    parser.add_argument("--deliver", action="store_true", help="look at all products' pictures in the PIM again")
    parser.add_argument("--overwrite", nargs="+", default=[], metavar="SKU", help="deliver over what others changed")


def run(args: argparse.Namespace) -> int:
    """0 when nothing waits for a person."""
    home = homes.current()
    settings = settings_as(PimSettings, home)
    store = Store(settings)
    try:
        library = store.bucket(settings.library_bucket)
        if args.overwrite:
            return asyncio.run(_overwrite(library, args.overwrite))
        if args.deliver:
            return asyncio.run(_deliver(library, settings))
        if args.deliveries:
            return asyncio.run(_deliveries(settings))
        tell_service(service_report(home))
        return asyncio.run(_pim(library, args, named(settings)))
    finally:
        store.close()


async def _overwrite(library: Bucket, skus: list[str]) -> int:
    for sku in skus:
        if await library.get(delivery_object(SYSTEM, sku)) is None:
            raise Trouble(
                f"Nothing was delivered of {sku}.", "`packshot pim --deliveries` lists what did not get there."
            )
        await library.put(overwrite_object(SYSTEM, sku), b"")
        say(f"{sku}: ours will count, within seconds")
    return 0


async def _deliver(library: Bucket, settings: Settings) -> int:
    skus = {key async for key, value in latest.records(settings, PRODUCT_MEDIA.name) if value is not None}
    for sku in sorted(skus):
        await mark(library, SYSTEM, sku)
    say(f"{counted(len(skus), 'product')} will be compared with the PIM; what differs is sent")
    return 0


async def _deliveries(settings: Settings) -> int:
    found: dict[str, Delivery] = {}
    async for key, value in latest.records(settings, DELIVERIES.name):
        found.pop(key, None)
        if value is not None and not key.startswith(TARGET):
            found[key] = Delivery.model_validate(json.loads(value)["data"])
    return tell_deliveries(found.values())


def tell_deliveries(records: Iterable[Delivery]) -> int:
    """Say what did not get there; 1 where that waits for a person."""
    counts = Counter[str]()
    for record in sorted(records, key=lambda one: one.key):
        counts[record.status] += 1
        for conflict in record.conflicts:
            say(f"{record.entity}, {conflict.place.strip('/')}: {conflict.cause} {conflict.cure}")
        if record.cause:
            say(f"{record.entity}: {record.cause} {record.cure}")
    say(", ".join(f"{number} {status}" for status, number in sorted(counts.items())) or "nothing was delivered yet")
    return 1 if counts["conflict"] or counts["failed"] else 0


def named(settings: PimSettings) -> list[str]:
    """The PIMs that settings name."""
    said = (settings.akeneo_url, settings.salsify_organisation, settings.wisepim_token)
    return [system for system, value in zip(SYSTEMS, said, strict=True) if value]


async def _pim(library: Bucket, args: argparse.Namespace, asked: Sequence[str] = ()) -> int:
    found = [await _read(library, info.key) for info in await library.listing("pim/") if _SYSTEM.match(info.key)]
    if not found and asked:
        raise Trouble(
            f"{' and '.join(asked)}: set, but nothing was read from there yet, so nothing is held back either.",
            "`packshot pim` says why, while pim runs: it has to reach the PIM first. It asks again by itself.",
        )
    if not found:
        raise Trouble(
            "No PIM was asked yet.",
            "Set PACKSHOT_AKENEO_URL or another PIM's settings, then `packshot up`: docs/pim.md.",
        )
    held = [(system, polled.held) for system, polled in found if polled.held]
    if args.confirm_removals:
        if not held:
            raise Trouble("Nothing is held back.", "`packshot pim` says what is.")
        for system, one in held:
            await library.put(asked_object(system), one.mark.encode())
            say(f"confirmed: {counted(one.count, 'record')} of {system} will be removed with the next question")
        return 0
    if args.full:
        for system, _ in found:
            await library.put(asked_object(system), b"")
        say("everything is asked for with the next question, within a minute")
    for system, polled in found:
        tell(system, polled)
    return 1 if held else 0


def service_report(home: Home) -> dict[str, Any]:
    """What the pim service says of itself; nothing where it does not run or does not answer: `status` says that."""
    for part in status_file.read(home):
        if part.name == "pim" and part.state in ("up", "unwell"):
            with suppress(OSError, ValueError, http.client.HTTPException):
                return report_of(part)[1]
    return {}


def tell_service(report: Mapping[str, Any]) -> None:
    """Say why nothing comes from a PIM, and what of it was refused, since the service has started."""
    refused = report.get("refused", {})
    for system in SYSTEMS:
        for name, what in ((system, "nothing comes"), (f"{system} events", "no events come over Kafka")):
            if report.get(name):
                say(f"{system}: {what}: {report[name]}")
        if last := refused.get(system):
            faults = counted(last["count"], "fault")
            say(f"{system}: {faults} in what it sent, the last at {last['at']}: {last['cause']}")
        if last := refused.get(f"{system} signatures"):
            many = counted(last["count"], "webhook")
            say(
                f"{system}: {many} whose signature did not fit, from whomever: nothing of that was taken. "
                f"The last at {last['at']}: {last['cause']}"
            )


async def _read(library: Bucket, key: str) -> tuple[str, Polled]:
    stored = await library.get(key)
    if stored is None:
        raise Trouble(f"{key} has just gone from the library.", "Try again.")
    return key.removeprefix("pim/").removesuffix(".json"), Polled.model_validate_json(stored.body)


def tell(system: str, polled: Polled) -> None:
    """Say how it stands."""
    full = f"{polled.full:%d %B %H:%M} UTC"
    say(f"{system}: {counted(polled.known, 'record')} on {full}; changes are read up to {polled.cursor}")
    for problem in polled.problems:
        say(f"  {problem}")
    if polled.held:
        say(f"held back: {polled.held}")
