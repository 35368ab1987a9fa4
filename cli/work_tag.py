"""what the tagger sees in local files: labels, colours, quality, perceptual hash

Works without Kafka, in the same cage as the service. `text` and `barcodes` are empty lists in this version.

examples:
  packshot tag shoot/TRAINER-RED_front.jpg
  packshot tag shoot/*.jpg --json              one JSON object a line and file; one start-up for all
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from cli.missing import CAUSE, Missing
from runtime import config
from runtime.jobs import Cages, Limits, SpawnFailed, WorkFailed, run_twice
from runtime.refusal import Refused
from services.tagger.config import TaggerSettings

NAME = "tag"
SHOWN = ("labels", "colours", "text", "barcodes", "quality", "hash")


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object a file, on one line, in the order given")


def run(args: argparse.Namespace) -> int:
    """Exit status: 0 when every file was tagged or refused, 1 when we failed on one or it is not there."""

    def tell(name: str) -> None:
        _say({**_nothing(Path(name), "failed"), "reason": CAUSE}, args.json)

    missing = Missing([str(path) for path in args.files], tell)
    if not missing.there:
        missing.rest()
        return 1
    models = config.load(TaggerSettings).models_folder
    if not any(models.glob("*.json")):
        print(f"packshot tag: no model in {models}: run `packshot setup`, which makes them", file=sys.stderr)
        return 1
    try:
        status = asyncio.run(_tag_all([Path(name) for name in missing.there], models, missing, as_json=args.json))
        missing.rest()
    except SpawnFailed as error:
        print(f"packshot tag: {error}", file=sys.stderr)
        return 1
    return 1 if missing.gone else status


async def _tag_all(files: list[Path], models: Path, missing: Missing, *, as_json: bool) -> int:
    size = min(len(files), os.cpu_count() or 1)
    status = 0
    with tempfile.TemporaryDirectory(prefix="packshot-tag-") as scratch:
        cages = Cages(
            "services.tagger.work:work",
            size=size,
            scratch=Path(scratch),
            limits=Limits(seconds=60),
            extra_read=[models],
            env={"PACKSHOT_MODELS": str(models)},
        )
        await cages.start()
        try:
            for task in [asyncio.create_task(_tag(cages, file)) for file in files]:
                result = await task
                status = 1 if result["status"] == "failed" else status
                missing.before(result["file"])
                _say(result, as_json)
        finally:
            await cages.close()
    return status


async def _tag(cages: Cages, file: Path) -> dict[str, Any]:
    async def fill(folder: Path) -> None:
        await asyncio.to_thread(shutil.copyfile, file, folder / "input")

    result: dict[str, Any] = {"file": str(file), "status": "ready"}
    try:
        async for _, tags in run_twice(cages, fill, {"input": "input"}):
            result |= {name: tags[name] for name in SHOWN}
    except Refused as refused:
        return {**_nothing(file, "refused"), "reason": str(refused)}
    except (OSError, WorkFailed) as error:
        print(f"packshot tag: {file}: {error}", file=sys.stderr)
        return {**_nothing(file, "failed"), "reason": str(error)}
    return result


def _say(result: dict[str, Any], as_json: bool) -> None:
    print(json.dumps(result, ensure_ascii=False) if as_json else _for_people(result), flush=True)


def _nothing(file: Path, status: str) -> dict[str, Any]:
    """The same keys as always, so that a script need not ask first."""
    empty: dict[str, Any] = {"labels": [], "colours": [], "text": [], "barcodes": [], "quality": {}, "hash": None}
    return {"file": str(file), "status": status, **empty}


def _for_people(result: dict[str, Any]) -> str:
    if result["status"] != "ready":
        return f"{result['file']}: {result['status']}: {result['reason']}"
    labels = ", ".join(f"{tag['label']} {tag['confidence']:.2f}" for tag in result["labels"]) or "no label"
    colours = ", ".join(f"{colour['name']} {colour['share']:.0%}" for colour in result["colours"])
    quality = result["quality"]
    return f"{result['file']}: {labels} · {colours} · {quality['background']} background · quality {quality['score']}"
