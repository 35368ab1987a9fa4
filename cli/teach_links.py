"""`packshot teach --from-links`: learns from the products that pictures of the library are linked to already."""

import asyncio
import json
import sys
from collections.abc import Mapping

from cli.connect import settings_as
from cli.home import current
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.outage import Unavailable
from runtime.s3_store import Store
from services.tagger.config import TaggerSettings
from services.tagger.taught.head import write
from services.tagger.taught.library import linked_pictures
from services.tagger.taught.linked import EYES, Linked, learn_linked
from services.tagger.taught.replacing import worse_than


def teach(versions: Mapping[str, str], *, as_json: bool) -> int:
    """0 when something could be learnt. versions: of the models that are here."""
    settings = settings_as(TaggerSettings, current())
    examples = asyncio.run(_examples(settings, versions[EYES]))
    learnt = learn_linked(examples, versions[EYES])
    if not learnt:
        raise Trouble(
            f"{counted(len(examples), 'picture')} with a sure link and a vector of today's model: no category and no "
            "attribute can be learnt from them.",
            "Link more pictures of several product models each; after a change of models run `packshot retag --stale`.",
        )
    result = {}
    for about, attribute in learnt.items():
        head = attribute.learnt
        better = worse_than(head, settings.models_folder, about)
        if better is None:
            write(settings.models_folder, head, attribute.needs, about)
        figures = head.figures
        result[about] = {
            "tags": len(head.tags), "examples": head.examples, "top1": round(figures.top1, 4),
            "top3": round(figures.top3, 4), "kept": better is None,
        }  # fmt: skip
        told = "kept" if better is None else f"the one before is better ({better.top1:.2f}) and stays"
        say(f"{about}: {counted(len(head.tags), 'value')}, right on held-back products: {figures.top1:.2f}; {told}")
    if as_json:
        sys.stdout.write(json.dumps(result) + "\n")
    return 0


async def _examples(settings: TaggerSettings, version: str) -> list[Linked]:
    store = Store(settings)
    try:
        return await linked_pictures(store.bucket(settings.library_bucket), version)
    except Unavailable as error:
        raise Trouble(str(error), "Start the servers with `packshot up`, then run this again.") from error
    finally:
        store.close()
