"""make the renditions of pictures on this machine, without any server

The same work as the pipeline's, in the same cage. One line of JSON a file with --json, in the order given; a
name that is no file has failed, and the others are made. A folder stands for the files in it, not for folders in it.

examples:
  packshot render photo.jpg --channel webshop --out made
  packshot render shoot --channel webshop --out made
  packshot render *.jpg --channel all --out made --json > made.jsonl
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cli.missing import Missing, cause, with_folders
from cli.trouble import Trouble
from cli.working import Working
from runtime.jobs import SpawnFailed, WorkFailed, run_twice
from runtime.refusal import Refused
from services.render.facts import Facts
from services.render.image.sniff import Kind, sniff_file
from services.render.kinds import job_for, plan_for
from services.render.pools import PICTURES, Pools, pools
from services.render.presets import Presets, PresetsError, load_presets
from services.render.video.local import Rungs

NAME = "render"


@dataclass
class Result:
    """One line of the output; `reason` says why a file was refused, or how we failed."""

    file: str
    kind: str | None
    status: str = "ready"
    reason: str | None = None
    renditions: list[dict[str, Any]] = field(default_factory=list)


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="pictures; a folder stands for the files in it")
    parser.add_argument("--channel", type=_channel, default="all", help=f"all (default), {', '.join(_channels())}")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="gets one folder a file")
    parser.add_argument("--json", action="store_true", help="one line of JSON a file on standard output")


def run(args: argparse.Namespace) -> int:
    """0 when each file was made or refused, 1 when we failed on one or it is not there."""
    say = _say_json if args.json else _say_plainly
    missing = Missing(with_folders(args.files), lambda file: say(Result(file, None, "failed", cause(file))))
    working = Working(len(missing.there))

    def told(result: Result) -> None:
        working.clear()
        missing.before(result.file)
        say(result)

    try:
        args.out.mkdir(parents=True, exist_ok=True)
        there = missing.there
        failed = bool(there) and asyncio.run(_render_all(there, args.channel, args.out, told, working))
        missing.rest()
    except OSError as error:
        raise Trouble(f"The renditions cannot be written: {error}.", "Free space, or choose another --out.") from error
    except SpawnFailed as error:
        raise Trouble(f"The cage for untrusted files does not start: {error}", "Run `packshot doctor`.") from error
    finally:
        working.clear()
    return 1 if failed or missing.gone else 0


async def _render_all(
    files: list[str], channel: str, out: Path, say: Callable[[Result], None], working: Working
) -> bool:
    presets, folders, failed = load_presets().of(channel), _folders(files, out), False
    working.tell()
    kinds = [await asyncio.to_thread(_kind, file) for file in files]
    with tempfile.TemporaryDirectory(prefix="packshot-render-") as scratch:
        size = min(len(files), len(os.sched_getaffinity(0)))
        async with pools(Path(scratch), size, PICTURES, {kind.family for kind in kinds}) as made:
            films = Rungs(channel, Path(scratch))
            jobs = [
                asyncio.ensure_future(_render(made, presets, films, file, kind, folder, working))
                for file, kind, folder in zip(files, kinds, folders, strict=True)
            ]
            for job in jobs:
                result = await job
                failed = failed or result.status == "failed"
                say(result)
    return failed


async def _render(
    made: Pools, presets: Presets, films: Rungs, file: str, kind: Kind, folder: Path, working: Working
) -> Result:
    """One file through the cage; its renditions are kept as they come."""
    result = Result(file, kind.family)
    family = kind.family or "image"
    job = job_for(family, plan_for(family, f"{family}/{kind.name}", presets, Facts()))

    async def fill(cage: Path) -> None:
        await asyncio.to_thread(shutil.copyfile, file, cage / "input")
        result.renditions.clear()  # a second try begins from the start

    try:
        async with aclosing(run_twice(made.pool(family), fill, {**job, "input": "input"})) as values:
            async for cage, value in values:
                if "file" in value:
                    working.tell(file, value["preset"])
                    result.renditions.append(await asyncio.to_thread(_keep, cage.output(value["file"]), value, folder))
        if family == "video":
            result.renditions += await films.make(Path(file), folder, partial(working.tell, file))
    except Refused as refusal:
        result.status, result.reason, result.renditions = "refused", str(refusal), []
    except WorkFailed as failure:
        result.status, result.reason = "failed", str(failure)
        working.clear()
        sys.stderr.write(f"{file}: our own error, please report it\n{failure.traceback}")
    working.done()
    return result


def _kind(file: str) -> Kind:
    return sniff_file(Path(file))


def _keep(made: Path, value: dict[str, Any], folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{value['preset']}{made.suffix}"
    shutil.copyfile(made, path)
    wanted = ("preset", "format", "width", "height", "bytes", "ms")
    return {**{name: value[name] for name in wanted}, "path": str(path)}


def _folders(files: list[str], out: Path) -> list[Path]:
    """A folder a file, named like it; a name that comes twice gets a number."""
    taken: set[str] = set()

    def free(name: str) -> Iterator[str]:
        yield name
        yield from (f"{name}-{number}" for number in range(2, len(files) + 2))

    folders = []
    for file in files:
        name = next(name for name in free(Path(file).name) if name not in taken)
        taken.add(name)
        folders.append(out / name)
    return folders


def _say_json(result: Result) -> None:
    sys.stdout.write(json.dumps(vars(result), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _say_plainly(result: Result) -> None:
    sys.stdout.write(f"{result.file}: {result.status}{f' - {result.reason}' if result.reason else ''}\n")
    for made in result.renditions:
        size = f"{made['width']} x {made['height']}"
        sys.stdout.write(f"  {made['preset']:<16} {size:>12}  {made['bytes']:>9} bytes  {made['path']}\n")
    sys.stdout.flush()


def _channels() -> list[str]:
    return load_presets().channels


def _channel(name: str) -> str:
    try:
        load_presets().of(name)
    except PresetsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return name
