"""look at, compare and change the presets: what each channel gets

`apply` makes exactly what is stale, and says how much before it begins; what no preset wants any more is left to the
collector, which keeps it for seven days.

Films are counted by the rungs in use; to change those, see docs/video.md, then `apply` without a file.

examples:
  packshot presets check mine.yaml      does the file hold? what does it say?
  packshot presets diff mine.yaml       what would change, and how many renditions would be made
  packshot presets diff                 what is stale under the presets in use
  packshot presets apply mine.yaml      use it from now on
  packshot presets apply                make what is stale under the presets in use
"""

import argparse
import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from cli.connect import settings_of
from cli.home import current
from cli.own_files import PRESETS, own_presets, rungs_in_use
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.bulk import Jobs
from runtime.kafka import KafkaProducer
from runtime.objects import Bucket
from runtime.publisher import Outgoing, Publisher
from runtime.s3_store import Store
from schemas.topics import ASSET_RERUN
from services.render.facts import Facts
from services.render.presets import DEFAULT, Presets, PresetsError, load_presets, read_presets
from services.render.recipe import plan
from services.render.shelf import FRESH_S, KEY
from services.render.stale import Survey, survey
from services.render.video.recipe import resolve
from services.render.video.rungs import AnyRung

NAME = "presets"


def add(parser: argparse.ArgumentParser) -> None:
    """check | diff | apply."""
    actions = parser.add_subparsers(dest="action", required=True)
    for name, text, without in (
        ("check", "does the file hold? needs no server", "the presets that Packshot comes with"),
        ("diff", "what would change", "what is stale under the presets in use"),
        ("apply", "make what is stale", "under the presets in use"),
    ):
        action = actions.add_parser(name, help=text)
        help_text = f"a presets file (YAML); without it: {without}"
        action.add_argument("file", metavar="FILE", type=Path, nargs="?", help=help_text)
        action.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 when the file holds and all was done."""
    try:
        wanted = (args.file, args.file.read_text("utf-8")) if args.file else None
        presets = read_presets(args.file.name, wanted[1]) if wanted else load_presets()
    except OSError as error:
        raise Trouble(f"{args.file} cannot be read: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise Trouble(f"{args.file} is no text in UTF-8.", "Save it as UTF-8.") from error
    except PresetsError as error:
        raise Trouble(str(error), f"Its words are explained in {DEFAULT.name} of services/render.") from error
    if args.action == "check":
        return _check(presets, as_json=args.json)
    return asyncio.run(_on_library(args, presets, wanted[1] if wanted else None))


def _check(presets: Presets, *, as_json: bool) -> int:
    channels = {name: [one.name for one in presets.of(name).all] for name in presets.channels}
    if as_json:
        sys.stdout.write(json.dumps({"channels": channels}) + "\n")
    else:
        for name, names in channels.items():
            sys.stdout.write(f"{name:<12} {', '.join(names)}\n")
    return 0


async def _on_library(args: argparse.Namespace, presets: Presets, text: str | None) -> int:
    settings = settings_of(current())
    if args.action == "apply" and text is not None and os.environ.get(PRESETS):
        raise Trouble(
            f"Render takes its presets from {os.environ[PRESETS]} ({PRESETS}).",
            "Change that file and restart render, then `packshot presets apply` without a file; or unset it.",
        )
    store, producer = Store(settings), KafkaProducer(settings)
    library = store.bucket(settings.library_bucket)
    try:
        before = await in_use(library)
        after = presets if text is not None else before
        rungs = rungs_in_use()
        found = await survey(library, after, rungs)
        _tell(changes(before, after), found, as_json=args.json)
        if args.action == "apply":
            if text is not None:
                await library.put(KEY, text.encode(), content_type="application/yaml")
                await asyncio.sleep(FRESH_S + 1)  # every worker has read it by then
            await producer.start()
            await Jobs(library).send(
                Publisher(producer, "cli"), "presets", "render", _rerun(found, after, rungs), alone=True
            )
            say(f"{counted(len(found.stale), 'file')} worked on again; `packshot jobs` shows how far it is.")
    finally:
        await producer.stop()
        store.close()
    return 0


async def in_use(library: Bucket) -> Presets:
    """The presets that render works by now."""
    if (fixed := own_presets()) is not None:
        return fixed
    stored = await library.get(KEY)
    return read_presets(KEY, stored.body.decode()) if stored else load_presets()


def changes(before: Presets, after: Presets) -> dict[str, list[str]]:
    """Names of presets that came, changed and went; a change of channel or wave alone makes nothing stale."""
    old = {one.preset: one.hash for one in plan(before, Facts(), pages=True)}
    new = {one.preset: one.hash for one in plan(after, Facts(), pages=True)}
    return {
        "new": sorted(new.keys() - old.keys()),
        "changed": sorted(name for name in new.keys() & old.keys() if new[name] != old[name]),
        "gone": sorted(old.keys() - new.keys()),
    }


def _rerun(found: Survey, after: Presets, rungs: Sequence[AnyRung]) -> list[Outgoing]:
    recipes = [one.hash for one in plan(after, Facts(), pages=True)] + [resolve(rung).hash for rung in rungs]
    about = "+".join(sorted(recipes))
    return [Outgoing(ASSET_RERUN, one.asset_id, one, ("presets", one.version, about)) for one in found.stale]


def _tell(changed: dict[str, list[str]], found: Survey, *, as_json: bool) -> None:
    if as_json:
        counts = {"missing": dict(found.missing), "unwanted": dict(found.unwanted)}
        known = {"versions": found.versions, "stale": len(found.stale), "unwanted_bytes": found.unwanted_bytes}
        sys.stdout.write(json.dumps({**changed, **known, **counts}) + "\n")
        return
    for word, names in changed.items():
        if names:
            say(f"{word}: {', '.join(names)}")
    say(f"{len(found.stale)} of {found.versions} files are stale; to be made: {_counted(found.missing)}")
    say(f"wanted no more: {_counted(found.unwanted)} ({found.unwanted_bytes / 1e6:.1f} MB), kept for seven days")


def _counted(names: Counter[str]) -> str:
    each = ", ".join(f"{name} {count}" for name, count in sorted(names.items()))
    return f"{names.total()} renditions" + (f" ({each})" if each else "")
