"""break a running copy on a schedule, under load, and prove that nothing was lost

It starts a copy of its own (nothing of yours is touched), drops pictures without a pause, and breaks one thing each
30 seconds: services, Kafka, the store and PostgreSQL are killed or made to hang, the network to these three is slow or
cut off, the scratch disk is full (as root), a clock jumps, a bad release fails on every message until it stops, workers
come and go, hints are told twice and out of order. Then it waits until all is finished and proves: each uploaded byte
is there, each file in one final state, no version twice, no fact older than one before, outputs as in the quiet run at
the beginning, the catalogue the same live, from the topics and from the archive, and no webhook sent twice.

Exit status 0 when all of that holds. The copy is removed then, and kept where something is wrong.

examples:
  packshot chaos                          ten minutes of faults
  packshot chaos --minutes 2 --json       a short form, for scripts
  packshot chaos --only "cut" "bad"       only faults whose words hold one of these
"""

import argparse
import asyncio
import json
import os
import shutil
from dataclasses import asdict

from cli import home as homes
from cli import setup_steps
from cli.breaking.disk import small_disk
from cli.breaking.link import linked
from cli.breaking.receiver import receiving
from cli.breaking.run import Broken, Plan, Report, chaos
from cli.breaking.schedule import EVERY_S, SCHEDULE
from cli.own_copy import own_copy
from cli.say import counted, say
from cli.supervisor import lifecycle
from cli.trouble import Trouble

NAME = "chaos"
SHOWN = 5
WORDS = {
    "lost": "lost",
    "doubled": "doubled",
    "stale": "stale facts",
    "unfinished": "unfinished",
    "unlike_quiet": "other outputs than in the quiet run",
    "views_differ": "lines that differ between the catalogue, topics and archive",
    "dead_letters": "dead letters",
    "webhooks_twice": "webhooks sent twice",
}


def add(parser: argparse.ArgumentParser) -> None:
    """[--minutes N] [--quiet SECONDS] [--json]."""
    parser.add_argument("--minutes", type=float, default=10.0, help="how long things are broken (10)")
    parser.add_argument("--quiet", type=float, default=60.0, metavar="SECONDS", help="the quiet run before it (60)")
    parser.add_argument("--only", nargs="+", default=[""], metavar="WORDS", help="only faults that say these words")
    parser.add_argument("--json", action="store_true", help="print what was broken and found as one JSON object")


def run(args: argparse.Namespace) -> int:
    """0 when nothing is wrong, else 1."""
    if args.minutes * 60 < EVERY_S:
        raise Trouble(f"{args.minutes} minutes are too short for one fault.", "Give --minutes 1 or more.")
    faults = [fault for fault in SCHEDULE if any(words in str(fault) for words in args.only)]
    if not faults:
        raise Trouble(f"No fault says {' or '.join(args.only)}.", f"There are: {', '.join(map(str, SCHEDULE))}.")
    setup_steps.run_missing(homes.current().make(), say)
    home = own_copy(homes.current(), "chaos")
    os.environ["PACKSHOT_WEBHOOK_PRIVATE"] = "true"  # the receiver is on this machine
    faultless = False
    try:
        with receiving() as receiver, linked(home) as between, small_disk(home.tmp / "spool") as disk:
            try:
                say("starting a copy of its own …")
                lifecycle.bring_up(home, lambda _: None)
                report = asyncio.run(chaos(home, Plan(args.minutes, args.quiet, faults), between, disk, receiver))
            finally:
                lifecycle.bring_down(home, lambda _: None)
        faultless = report.faultless
        print(json.dumps(told(report)) if args.json else table(report))
    finally:
        if faultless:
            shutil.rmtree(home.root, ignore_errors=True)
        else:
            say(f"the copy is kept in {home.root}: its logs are in {home.logs}.")
    return 0 if faultless else 1


def told(report: Report) -> dict[str, object]:
    """For scripts: counts, and of what is wrong the first few."""
    found = asdict(report)
    counts = {name: len(found[name]) for name in WORDS}
    examples = {name: found[name][:SHOWN] for name in WORDS if found[name]}
    rest = {name: value for name, value in found.items() if name not in WORDS}
    return {**rest, **counts, "examples": examples}


def table(report: Report) -> str:
    """For people."""
    lines = [f"{one.at:6.0f} s  {one.fault:<24} {_after(one)}" for one in report.broken]
    lines.append(
        f"{counted(report.files, 'file')}, {counted(report.uploads, 'upload')}, {counted(len(report.broken), 'fault')}."
    )
    pace = report.files_a_minute
    lines.append(f"Files finished a minute: {pace.get('quiet')} in the quiet run, {pace.get('chaos')} under faults.")
    for name, words in WORDS.items():
        wrong = getattr(report, name)
        lines += [f"{len(wrong)} {words}.", *(f"  {one}" for one in wrong[:SHOWN])]
    return "\n".join(lines)


def _after(one: Broken) -> str:
    if one.skipped:
        return f"skipped: {one.skipped}"
    told = f"{one.told}; " if one.told else ""
    return f"{told}all up after {_seconds(one.up_s)}, a new file finished after {_seconds(one.finished_s)}"


def _seconds(found: float | None) -> str:
    return "over a minute" if found is None else f"{found} s"
