"""tag again what other models have tagged, or what was there before you taught your words

Only what is stale is done, on the bulk topic: new uploads go first. A run that was cut off is repeated; what has been
tagged meanwhile is not done twice.

examples:
  packshot retag --stale                how much, and begin
  packshot retag --stale --look         how much, and change nothing
"""

import argparse
import asyncio
import json
import sys
from functools import partial
from operator import ne

from cli.connect import settings_as
from cli.home import current
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.bulk import Jobs
from runtime.kafka import KafkaProducer
from runtime.outage import Unavailable
from runtime.publisher import Outgoing, Publisher
from runtime.s3_store import Store
from schemas.topics import ASSET_RERUN
from services.tagger.config import TaggerSettings
from services.tagger.later_work import versions
from services.tagger.models import registry
from services.tagger.stale import survey
from services.tagger.taught.heads import Versions

NAME = "retag"


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--stale", action="store_true", required=True, help="what today's models have not tagged")
    parser.add_argument("--look", action="store_true", help="only say how much it would be")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 when all that is stale has been sent on."""
    settings = settings_as(TaggerSettings, current())
    try:
        known = dict(Versions(settings.models_folder, registry.load(settings.models_folder).versions))
    except registry.NoModels as error:
        raise Trouble(f"There are no models in {settings.models_folder}.", "Run `packshot setup`.") from error
    return asyncio.run(_retag(settings, known, versions(settings.models_folder), look=args.look, as_json=args.json))


async def _retag(
    settings: TaggerSettings, models: dict[str, str], steps: dict[str, str], *, look: bool, as_json: bool
) -> int:
    store, producer = Store(settings), KafkaProducer(settings)
    try:
        library = store.bucket(settings.library_bucket)
        found = await survey(library, partial(ne, models), partial(ne, steps))
        if not look:
            await producer.start()
            now = sorted((models | steps).items())
            about = "+".join(f"{name}-{version}" for name, version in now)
            outs = [Outgoing(ASSET_RERUN, one.asset_id, one, ("tags", one.version, about)) for one in found.stale]
            await Jobs(library).send(Publisher(producer, "cli"), "retag: other models", "tagger", outs)
    except Unavailable as error:
        raise Trouble(str(error), "Start the servers with `packshot up`, then run this again.") from error
    finally:
        await producer.stop()
        store.close()
    if as_json:
        sys.stdout.write(json.dumps({"versions": found.versions, "stale": len(found.stale)}) + "\n")
    doing = "would be tagged again" if look else "are being tagged again; `packshot jobs` shows how far it is"
    say(f"{len(found.stale)} of {counted(found.versions, 'file')} {doing}.")
    return 0
