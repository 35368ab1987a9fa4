"""make the renditions of pictures, videos, 3D models and PDFs on this machine, without any server

The same work as the pipeline's, in the same cage. One line of JSON a file with --json, in the order given; a
name that is no file has failed, and the others are made. A folder stands for the files in it, not for folders in it.

Made by the built-in presets and rungs, or by your own: PACKSHOT_PRESETS and PACKSHOT_RUNGS name files, as for the
service. What `packshot presets apply` put into the library is the service's alone.

examples:
  packshot render photo.jpg --channel webshop --out made
  packshot render shoot --channel webshop --out made
  packshot render *.jpg --channel all --out made --json > made.jsonl
  PACKSHOT_PRESETS=mine.yaml packshot render photo.jpg --out made
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cli.missing import Missing, cause, with_folders
from cli.own_files import own_presets, rungs_in_use
from cli.rendered import Result, say_json, say_plainly
from cli.trouble import Trouble
from cli.working import Working
from runtime.jobs import Cage, SpawnFailed, WorkFailed, run_twice
from runtime.refusal import Refused
from services.render.facts import Facts
from services.render.image.sniff import Kind, sniff_file
from services.render.kinds import job_for, plan_for
from services.render.pools import PICTURES, Pools, pools
from services.render.presets import Presets, PresetsError, load_presets
from services.render.video.local import Rungs
from services.render.video.rungs import AnyRung, of_channel

NAME = "render"
FILES = "pictures, videos, 3D models, PDFs; a folder stands for the files in it"


@dataclass(frozen=True)
class Wanted:
    """What is made: of every file, and of videos besides."""

    presets: Presets
    rungs: Sequence[AnyRung]


def add(parser: argparse.ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+", help=FILES)
    channels = f"all (default), {', '.join(load_presets().channels)}, or one of your own files"
    parser.add_argument("--channel", type=_wanted, default="all", help=channels)
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="gets one folder a file")
    parser.add_argument("--json", action="store_true", help="one line of JSON a file on standard output")


def run(args: argparse.Namespace) -> int:
    """0 when each file was made or refused, 1 when we failed on one or it is not there."""
    say = say_json if args.json else say_plainly
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
    files: list[str], wanted: Wanted, out: Path, say: Callable[[Result], None], working: Working
) -> bool:
    folders, failed = _folders(files, out), False
    working.tell()
    kinds = [await asyncio.to_thread(_kind, file) for file in files]
    with tempfile.TemporaryDirectory(prefix="packshot-render-") as scratch:
        size = min(len(files), len(os.sched_getaffinity(0)))
        async with pools(Path(scratch), size, PICTURES, {kind.family for kind in kinds}) as made:
            films = Rungs(wanted.rungs, Path(scratch))
            jobs = [
                asyncio.ensure_future(_render(made, wanted.presets, films, file, kind, folder, working))
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
        result.begin_again()  # a second try

    try:
        async with aclosing(run_twice(made.pool(family), fill, {**job, "input": "input"})) as values:
            async for cage, value in values:
                if "file" in value:
                    working.tell(file, value["preset"])
                await asyncio.to_thread(_take, cage, value, folder, result)
        if family == "video":
            async with aclosing(films.make(Path(file), folder, partial(working.tell, file))) as rungs:
                async for one in rungs:
                    (result.skipped if "reason" in one else result.renditions).append(one)
    except Refused as refusal:
        result.begin_again("refused", str(refusal))
    except WorkFailed as failure:
        result.status, result.reason = "failed", str(failure)
        working.clear()
        sys.stderr.write(f"{file}: our own error, please report it\n{failure.traceback}")
    working.done()
    return result


def _kind(file: str) -> Kind:
    return sniff_file(Path(file))


def _take(cage: Cage, value: dict[str, Any], folder: Path, result: Result) -> None:
    """Keep what the work has told of: a rendition, one that there is none of, a document's text."""
    if "file" in value:
        path = _keep(cage.output(value["file"]), folder, value["preset"])
        told = {name: value[name] for name in ("preset", "format", "width", "height", "bytes", "ms")}
        notes = {"notes": value["notes"]} if value.get("notes") else {}
        result.renditions.append({**told, "path": str(path), **notes})
    elif "skipped" in value:
        result.skipped.append({name: value["skipped"][name] for name in ("preset", "reason")})
    elif "text" in value:
        result.text = str(_keep(cage.output(value["text"]["file"]), folder, "text"))


def _keep(made: Path, folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(made, folder / f"{name}{made.suffix}"))


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


def _wanted(channel: str) -> Wanted:
    """What a channel gets; "all": every one. Raises ArgumentTypeError for one that neither file names, and Trouble."""
    presets, rungs = own_presets() or load_presets(), of_channel(rungs_in_use(), channel)
    if rungs and channel not in ("all", *presets.channels):
        return Wanted(Presets(all=()), rungs)
    try:
        return Wanted(presets.of(channel), rungs)
    except PresetsError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
