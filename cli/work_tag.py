"""what the tagger sees in local files: labels, colours, composition, quality, likeness, barcodes, text, alt text

Works without Kafka, in the same cages as the service; both waves in one go. Whatever `packshot render` takes: of TIFF,
HEIC, PSD, RAW, SVG, PDF, videos and 3D models the pictures that render makes are looked at, as in the service.
3D models need what `./packshot setup --with 3d` brings.
`problems` are models and steps that failed or are left out, with causes; the rest is there. `provenance` is what a
picture says of its making (C2PA, IPTC's digital source type), not verified.

examples:
  packshot tag shoot/TRAINER-RED_front.jpg
  packshot tag shoot/*.jpg --json              one JSON object a line and file; one start-up for all
  packshot tag manual.pdf spin.mp4 shoe.glb    pages, poster and key frames, views that render makes
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cli import own_words
from cli.film_shots import Film
from cli.missing import Missing, cause, with_folders
from cli.say import counted, say
from cli.views import Viewer, Views, copier, viewer
from runtime import config, waves
from runtime.jobs import Cages, SpawnFailed, WorkFailed, run_twice
from runtime.refusal import Refused
from services.tagger import later
from services.tagger.config import TaggerSettings
from services.tagger.later_work import versions
from services.tagger.models.registry import MEASURED
from services.tagger.pools import first_cages, later_cages, loaded
from services.tagger.problems import LEFT_OUT
from services.tagger.shots import by_shot
from services.tagger.views import fused

NAME = "tag"
SHOWN = ("labels", "colours", "composition", "text", "barcodes", "quality", "hash", "models", "problems")


class Pools(NamedTuple):
    """Of the first wave, the second, and of what reads metadata."""

    first: Cages
    more: Cages
    metadata: Cages


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="pictures and more; a folder stands for the files in it"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a file, on one line, in the order given")


def run(args: argparse.Namespace) -> int:
    """Exit status: 0 when every file was tagged or refused, 1 when we failed on one or it is not there."""

    def tell(name: str) -> None:
        _say({**_nothing(name, "failed"), "reason": cause(name)}, args.json)

    missing = Missing(with_folders(args.files), tell)
    if not missing.there:
        missing.rest()
        return 1
    settings = config.load(TaggerSettings)
    if not settings.models_folder.is_dir():
        print(
            f"packshot tag: no model in {settings.models_folder}: run `packshot setup`, which makes them",
            file=sys.stderr,
        )
        return 1
    try:
        status = asyncio.run(_tag_all(missing.there, settings, missing, as_json=args.json))
        missing.rest()
    except SpawnFailed as error:
        print(f"packshot tag: {error}", file=sys.stderr)
        return 1
    return 1 if missing.gone else status


async def _tag_all(names: list[str], settings: TaggerSettings, missing: Missing, *, as_json: bool) -> int:
    size = min(len(names), os.cpu_count() or 1)
    status = 0
    interrupt = partial(os.kill, os.getpid(), signal.SIGINT)  # so that the scratch folder goes, as with Ctrl-C
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, interrupt)
    say(f"loading the models; then {counted(len(names), 'file')} …")
    with tempfile.TemporaryDirectory(prefix="packshot-tag-") as scratch:
        first, more = first_cages(Path(scratch), size, settings), later_cages(Path(scratch), size, settings)
        async with AsyncExitStack() as closing:
            for cages in (first, more):
                await cages.start()
                closing.push_async_callback(cages.close)
            known = await loaded(first, settings.models_folder)
            for complaint in known.broken:
                say(complaint)
            if known.models.keys() == {MEASURED}:
                say(f"no model in {settings.models_folder} can be used: run `packshot setup`, which makes them")
                status = 1
            steps = versions(settings.models_folder)
            views = await closing.enter_async_context(viewer(list(map(Path, names)), Path(scratch)))
            metadata = await closing.enter_async_context(own_words.reading(Path(scratch)))
            pools = Pools(first, more, metadata)
            for task in [asyncio.create_task(_tag(pools, views, name, steps)) for name in names]:
                result = await task
                status = 1 if result["status"] == "failed" else status
                missing.before(result["file"])
                _say(result, as_json)
    return status


async def _tag(cages: Pools, viewer: Viewer, name: str, steps: dict[str, str]) -> dict[str, Any]:
    file = Path(name)
    try:
        async with viewer.views(file) as views:
            tags = fused([await _seen(cages.first, picture, views) for picture in views.small])
            shots = await _shots(cages.first, views.film) if views.film else {}
            fill = copier(views.large)
            known = {"input": "input", "made": views.large["input"] != file}
            found = await later.look(lambda job: run_twice(cages.more, fill, {**job, **known}), steps)
            said = await own_words.embedded(cages.metadata, file)
    except Refused as refused:
        return {**_nothing(name, "refused"), "reason": str(refused)}
    except (OSError, WorkFailed) as error:
        print(f"packshot tag: {name}: {error}", file=sys.stderr)
        return {**_nothing(name, "failed"), "reason": str(error)}
    result = {"file": name, "status": "ready", **{found: tags[found] for found in SHOWN if found in tags}}
    whole = _together(result, found.model_dump(mode="json", exclude={"cpu_ms"}))
    whole = _with_shots(whole, shots) if shots else whole
    return whole | own_words.words(whole | {"likeness": tags["likeness"]}, file, said)


async def _shots(cages: Cages, film: Film) -> dict[str, Any]:
    """`film`: where its shots are, what is black, frozen or silent; `tags`: what the key frames show."""
    shown = [shot for shot in film.told["shots"] if shot["picture"]]
    looks = [await _seen(cages, film.pictures[shot["picture"]], None) for shot in shown]
    times = [(shot["start"], shot["end"]) for shot in shown]
    tags = by_shot(times, looks).model_dump(mode="json", exclude_none=True) if looks else {}
    rest = {name: film.told[name] for name in ("black", "frozen", "silent")}
    bare = [{"start": shot["start"], "end": shot["end"]} for shot in film.told["shots"] if not shot["picture"]]
    shots = sorted([*tags.get("shots", []), *bare], key=lambda shot: shot["start"])
    return {"film": {**rest, "shots": shots}, "tags": tags}


def _with_shots(whole: dict[str, Any], shots: dict[str, Any]) -> dict[str, Any]:
    """The poster's labels, then those that only other shots show; people count over all."""
    poster, seen = whole["composition"], shots["tags"].get("composition")
    composition = waves.with_people(poster, [] if seen is None else [seen])
    labels = waves.labelled(whole, shots["tags"])
    return {**whole, "labels": labels, "composition": composition, "film": shots["film"]}


async def _seen(cages: Cages, picture: Path, views: Views | None) -> dict[str, Any]:
    """What the first wave finds in one picture."""
    tags: dict[str, Any] = {}
    async for _, found in run_twice(
        cages, copier({"input": picture}), {"input": "input", **(views.about if views else {})}
    ):
        tags = found  # to its end: a child that is left in mid-job is replaced
    return tags


def _together(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """What the second wave found stands above what the first one said; where it found nothing, that stays."""
    composition = waves.composed(first, second)
    found = {name: value for name, value in second.items() if value or name not in first}
    problems = [one for wave in (first, second) for one in wave.get("problems", [])]
    models = {**first.get("models", {}), **second.get("models", {})}
    return {**first, **found, "composition": composition, "models": models, "problems": problems}


def _say(result: dict[str, Any], as_json: bool) -> None:
    print(json.dumps(result, ensure_ascii=False) if as_json else _for_people(result), flush=True)


def _nothing(name: str, status: str) -> dict[str, Any]:
    """The same keys as always, so that a script need not ask first."""
    empty: dict[str, Any] = {"labels": [], "colours": [], "text": [], "barcodes": [], "quality": {}, "hash": None}
    empty |= {"language": None, "words": "", "composition": {}, "detail": {}, "models": {}, "problems": []}
    empty |= {"alt": {}, "caption": {}, "provenance": {}, "likeness": {}}
    return {"file": name, "status": status, **empty}


def _for_people(result: dict[str, Any]) -> str:
    if result["status"] != "ready":
        return f"{result['file']}: {result['status']}: {result['reason']}"
    labels = ", ".join(f"{tag['label']} {tag['confidence']:.2f}" for tag in result["labels"]) or "no label"
    colours = ", ".join(f"{colour['name']} {colour['share']:.0%}" for colour in result["colours"])
    quality = result["quality"]
    codes = "".join(f" · {code['format']} {code['text']}" for code in result["barcodes"])
    why = next(iter(quality.get("left_out", {}).values()), "")
    judged = f"quality {quality['score']}" if "score" in quality else f"quality not judged: {why}"
    about = f"{labels} · {colours} · {result['composition']['background']} background · {judged}{codes}"
    more = [*_seen_beside(result), *own_words.lines(result), *_lacking(result["problems"])]
    return "\n".join([f"{result['file']}: {about}", *(f"  {line}" for line in more)])


def _lacking(problems: list[dict[str, str]]) -> list[str]:
    """A line a problem. What is left out has been said once, at the start, and not of each file."""
    return [f"{one['step']}: {one['cause']}" for one in problems if not one["cause"].startswith(LEFT_OUT)]


def _seen_beside(result: dict[str, Any]) -> list[str]:
    """How it is set up, what is written on it, and how many shots a film has: a line each, of what there is."""
    composed = result["composition"]
    setting = [composed.get("kind", ""), composed.get("view", "")]
    if box := composed.get("box"):
        setting.append("at {:.0%} {:.0%}, {:.0%} × {:.0%}".format(*box))
    if cut_off := composed.get("cut_off"):
        setting.append(f"cut off {', '.join(cut_off)}")
    if composed.get("people"):
        setting.append(counted(composed["faces"], "face") if composed.get("faces") else "people")
    written = " / ".join(line["text"] for line in result.get("text", []))
    language = f" ({result['language']})" if result.get("language") else ""
    shots = result.get("film", {}).get("shots", [])
    lines = (" · ".join(filter(None, setting)), written and f"text{language}: {written}")
    return [*filter(None, lines), *([counted(len(shots), "shot")] if shots else [])]
