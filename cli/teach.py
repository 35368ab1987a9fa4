"""teach the tagger your own words: a folder with one sub-folder of pictures a tag

Whatever `packshot render` takes can be an example. What was learnt is kept in PACKSHOT_HOME/models. `packshot tag` and
the running tagger use it at once, beside the words that they know already; its labels have the source `taught`. The
figures are measured on pictures that were held back.

examples:
  packshot teach words/                 words/chinos/*.jpg, words/bomber jacket/*.jpg …
  packshot teach words/ --json          {"tags", "examples", "top1", "top3", "seconds"}
  packshot teach --from-links           categories, colours … of the products that the library's pictures show
"""

import argparse
import asyncio
import base64
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cli import teach_links
from cli.say import counted, say
from cli.trouble import Trouble
from cli.views import Viewer, copier, viewer
from runtime import config
from runtime.jobs import Cages, SpawnFailed, WorkFailed, run_twice
from runtime.refusal import Refused
from services.tagger.config import TaggerSettings
from services.tagger.models import registry
from services.tagger.pools import first_cages
from services.tagger.taught.folder import card_path, numbers, place, standing
from services.tagger.taught.head import HeadCard, features_of
from services.tagger.taught.learn import LEAST_OF_A_TAG, TooLittle
from services.tagger.taught.learning import taught
from services.tagger.taught.packed import Proof, proof_of
from services.tagger.taught.regression import Floats
from services.tagger.taught.replacing import stays

NAME = "teach"
MODELS = ("imagenet-lite2", "imagenet-lite1", "imagenet-lite0")
"""Whose embeddings are learnt from: together they know more than the best of them."""
LAYOUT = "Give each tag a sub-folder of its own, named as the tag, with five pictures or more in it."


@dataclass(frozen=True)
class Example:
    """A picture and the tag that it shows."""

    file: Path
    tag: str


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("folder", type=Path, metavar="FOLDER", nargs="?", help="one sub-folder a tag")
    what.add_argument("--from-links", action="store_true", help="from the products that pictures are linked to")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 when something was learnt, or what was known before is better."""
    began = time.monotonic()
    settings = config.load(TaggerSettings)
    needs = _versions(settings.models_folder)
    if args.from_links:
        return teach_links.teach(needs, as_json=args.json)
    examples = found_in(args.folder)
    seen = asyncio.run(_look(examples, settings))
    kept = enough([example for example in examples if example.file in seen], args.folder)
    try:
        card, body = taught(_lesson(kept, seen, needs), needs)
    except TooLittle as error:
        raise Trouble(f"{args.folder} teaches nothing: {error}.", LAYOUT) from error
    _keep(card, body, settings.models_folder)
    _tell(card, round(time.monotonic() - began, 1), as_json=args.json)
    return 0


def found_in(folder: Path) -> list[Example]:
    """All files below the sub-folders; hidden ones are nothing. Raises Trouble where there is none."""
    if not folder.is_dir():
        raise Trouble(f"{folder} is not a folder.", LAYOUT)
    tags = sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
    loose = [one for one in folder.iterdir() if one.is_file() and not one.name.startswith(".")]
    if loose:
        say(
            f"{counted(len(loose), 'file')} of {folder} in no sub-folder, such as {loose[0].name}: of no tag, left out."
        )
    examples = []
    for tag in tags:
        files = sorted(one for one in tag.rglob("*") if one.is_file() and not one.name.startswith("."))
        examples += [Example(file, tag.name) for file in files]
        if not files:
            say(f"{tag} is empty: the tag “{tag.name}” is left out. Put pictures of it there.")
    if not examples:
        raise Trouble(f"{folder} holds no pictures in sub-folders.", LAYOUT)
    return examples


def enough(examples: list[Example], folder: Path) -> list[Example]:
    """Without tags that have too few pictures to be learnt and measured. Raises Trouble where less than two stay."""
    counts = Counter(example.tag for example in examples)
    for tag, count in sorted(counts.items()):
        if count < LEAST_OF_A_TAG:
            say(f"{folder / tag} has one picture that can be used: the tag is left out. Put more there, five or more.")
    kept = [example for example in examples if counts[example.tag] >= LEAST_OF_A_TAG]
    if len({example.tag for example in kept}) < 2:
        cause = f"{folder} holds {len({example.tag for example in kept})} tag with pictures enough; two are the least."
        raise Trouble(cause, LAYOUT)
    return kept


def _versions(models: Path) -> dict[str, str]:
    try:
        there = registry.load(models).versions
    except registry.NoModels as error:
        raise Trouble(f"There are no models in {models}.", "Run `packshot setup`, which makes them.") from error
    if missing := [name for name in MODELS if name not in there]:
        raise Trouble(f"{models} lacks {', '.join(missing)}.", "Run `packshot setup`, which makes them.")
    return {name: there[name] for name in MODELS}


async def _look(examples: list[Example], settings: TaggerSettings) -> Mapping[Path, Mapping[str, Floats]]:
    """Embeddings of every picture, by file and model. What cannot be opened is told and left out."""
    seen: dict[Path, Mapping[str, Floats]] = {}
    with tempfile.TemporaryDirectory(prefix="packshot-teach-") as scratch:
        cages = first_cages(Path(scratch), min(len(examples), os.cpu_count() or 1), settings)
        try:
            await cages.start()
            async with viewer([one.file for one in examples], Path(scratch)) as views:
                tasks = [(one, asyncio.create_task(_embeddings(cages, views, one.file))) for one in examples]
                for example, task in tasks:
                    if (embeddings := await task) is not None:
                        seen[example.file] = embeddings
        except SpawnFailed as error:
            raise Trouble(str(error), "See `packshot doctor`.") from error
        finally:
            await cages.close()
    return seen


async def _embeddings(cages: Cages, viewer: Viewer, file: Path) -> Mapping[str, Floats] | None:
    """Of its cover, as in the service."""
    packed: dict[str, str] = {}
    try:
        async with viewer.views(file) as views:
            fill = copier({"input": views.small[0]})
            async for _, found in run_twice(cages, fill, {"input": "input", "teach": True}):
                packed = found["embeddings"]  # to its end: a child that is left in mid-job is replaced
        return {name: np.frombuffer(base64.b64decode(text), "<f2").astype(np.float32) for name, text in packed.items()}
    except Refused as refusal:
        say(f"{file}: left out. {refusal}")
    except (OSError, WorkFailed) as error:
        say(f"{file}: left out, our own error: {error}")
    return None


def _lesson(examples: list[Example], seen: Mapping[Path, Mapping[str, Floats]], needs: Mapping[str, str]) -> Proof:
    """What the folder teaches; it is kept beside what was learnt, for what people confirm and reject later."""
    names = []
    for example in examples:
        with example.file.open("rb") as file:
            names.append(hashlib.file_digest(file, "sha256").hexdigest())
    features = np.stack([features_of(seen[example.file], needs) for example in examples]).astype(np.float16)
    nothing = np.zeros(len(examples), bool)
    return Proof(tuple(names), tuple(one.tag for one in examples), nothing, nothing, nothing, features)


def _keep(card: HeadCard, body: bytes, models: Path) -> None:
    better = standing(card_path(models))
    if better is not None and stays(better, card, _proof(models, better), proof_of(card, body)):
        say(
            f"what was taught before knows the same tags better ({better.top1:.2f} right at once, now "
            f"{card.top1:.2f}) and stays. Give more pictures; or remove {models / 'taught.json'} first."
        )
        return
    place(models, card, body)
    say(
        f"kept as version {card.version} in {models}. A running copy tags what is there already again within minutes; "
        "`packshot retag --stale` does it now."
    )


def _proof(models: Path, card: HeadCard) -> Proof | None:
    """What the one before was asked; of a damaged one nobody knows."""
    try:
        return proof_of(card, numbers(models, card))
    except (OSError, ValueError):
        return None


def _tell(card: HeadCard, seconds: float, *, as_json: bool) -> None:
    result = {
        "tags": len(card.tags),
        "examples": card.examples,
        "top1": card.top1,
        "top3": card.top3,
        "seconds": seconds,
    }
    if as_json:
        sys.stdout.write(json.dumps(result) + "\n")
        return
    sys.stdout.write(
        f"{counted(len(card.tags), 'tag')} from {counted(card.examples, 'picture')} in {seconds:.0f} s. "
        f"Of pictures held back, {card.top1:.0%} are right at once, {card.top3:.0%} among the first three; "
        f"nothing is said below a confidence of {card.least:.2f}.\n"
    )
