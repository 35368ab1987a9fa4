"""bulk work: how far each job is, how long it still takes; pause it, let it go on, end it

A job is what `packshot presets apply`, `packshot retag`, teaching, or the replay of over a hundred dead letters asked
for at once. It goes behind new uploads, at the lowest priority. Jobs of one kind are done in the order they came, so
one that is paused holds up those behind it; what has begun is finished. A cancelled job stays so: what it had not done
is asked for anew by the same command. The page *Status* shows and does the same.

examples:
  packshot jobs                     each, newest first
  packshot jobs pause 1f0c2a9e      its id is the first word of its line
  packshot jobs resume 1f0c2a9e
  packshot jobs cancel 1f0c2a9e
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence

from cli import home as homes
from cli.connect import settings_of
from cli.say import counted, say
from cli.trouble import Trouble
from runtime.bulk import Jobs, Standing, State, standings
from runtime.config import Settings
from runtime.groups import committed
from runtime.s3_store import Store

NAME = "jobs"
TURNS: dict[str, State] = {"pause": "paused", "resume": "running", "cancel": "cancelled"}


def add(parser: argparse.ArgumentParser) -> None:
    """[pause|resume|cancel ID] [--json]."""
    parser.add_argument("action", nargs="?", choices=("list", *TURNS), default="list")
    parser.add_argument("id", nargs="?", help="of the job, as the list prints it")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 when done."""
    return asyncio.run(_run(args))


async def _run(args: argparse.Namespace) -> int:
    if args.action != "list" and not args.id:
        raise Trouble(f"Which job to {args.action} is not said.", "Give its id, as `packshot jobs` prints it.")
    settings = settings_of(homes.current())
    store = Store(settings)
    try:
        jobs = Jobs(store.bucket(settings.library_bucket))
        if args.action != "list":
            await _turn(jobs, args, settings)
        found = await standings(await jobs.all(), lambda group, topic: committed(settings, group, topic), time.time())
    finally:
        store.close()
    if args.json:
        sys.stdout.write(json.dumps({"jobs": [_told(one) for one in found]}) + "\n")
    else:
        sys.stdout.write(table(found))
        say(counted(len(found), "job"))
    return 0


async def _turn(jobs: Jobs, args: argparse.Namespace, settings: Settings) -> None:
    try:
        await jobs.turn(args.id, TURNS[args.action], lambda group, topic: committed(settings, group, topic))
    except KeyError as error:
        raise Trouble(f"There is no job {args.id} that could {args.action}.", "`packshot jobs` lists them.") from error


def table(found: Sequence[Standing]) -> str:
    """A line each."""
    lines = [f"{'ID':<9} {'STATE':<10} {'DONE':>8} {'OF':>8} {'LEFT':>10}  WHAT"]
    for one in found:
        left = "" if one.left_s is None or one.state == "done" else f"{one.left_s / 60:.0f} min"
        lines.append(f"{one.job.id:<9} {one.state:<10} {one.done:>8} {one.job.total:>8} {left:>10}  {one.job.what}")
    return "\n".join(lines) + "\n"


def _told(one: Standing) -> dict[str, object]:
    left = None if one.left_s is None else round(one.left_s)
    kept = {"id": one.job.id, "what": one.job.what, "total": one.job.total, "began": one.job.began}
    return {**kept, "state": one.state, "done": one.done, "left_s": left}
