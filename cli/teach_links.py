"""`packshot teach --from-links`: learns now from the products that pictures of the library are linked to already."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cli.connect import settings_as
from cli.home import current
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.outage import Unavailable
from runtime.s3_store import Store
from services.tagger.config import TaggerSettings
from services.tagger.taught.head import HeadCard
from services.tagger.taught.learning import work
from services.tagger.taught.lesson import Result
from services.tagger.taught.packed import Made
from services.tagger.taught.shelf import Shelf
from services.tagger.taught.teacher import Teacher


def teach(versions: Mapping[str, str], *, as_json: bool) -> int:
    """0 when something could be learnt. versions: of the models that are here."""
    settings = settings_as(TaggerSettings, current())
    learnt = {about: result for about, result in asyncio.run(_taught(settings, versions)).items() if about}
    if not learnt:
        raise Trouble(
            "No category and no attribute can be learnt from what pictures are linked to by now.",
            "Link more pictures of several product models each; after a change of models run `packshot retag --stale`.",
        )
    for about, one in learnt.items():
        told = "kept" if one.kept else "the one before is better and stays"
        say(f"{about}: {counted(one.tags, 'value')}, right on held-back products: {one.top1:.2f}; {told}")
    if as_json:
        sys.stdout.write(json.dumps({about: one.model_dump() for about, one in learnt.items()}) + "\n")
    return 0


async def _taught(settings: TaggerSettings, versions: Mapping[str, str]) -> Mapping[str, Result]:
    store = Store(settings)
    library = store.bucket(settings.library_bucket)
    try:
        results = await Teacher(library, _here, versions).look(always=True)
        await Shelf(library).level(settings.models_folder)
    except Unavailable as error:
        raise Trouble(str(error), "Start the servers with `packshot up`, then run this again.") from error
    finally:
        store.close()
    if results is None:
        raise Trouble("The running tagger was learning at the same time.", "Run this again in a minute.")
    return results


async def _here(fill: Callable[[Path], None], job: dict[str, Any]) -> list[Made]:
    """In this process: somebody waits for it."""
    with tempfile.TemporaryDirectory(prefix="packshot-teach-") as folder:
        fill(Path(folder))
        cards = [HeadCard.model_validate_json(value["card"]) for value in work(job, Path(folder))]
        return [(card, (Path(folder) / card.file).read_bytes()) for card in cards]
