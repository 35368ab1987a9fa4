"""break a running copy on a schedule, under load, and prove that nothing was lost

It starts a copy of its own (nothing of yours is touched), drops pictures without a pause, and breaks one thing each
30 seconds: services, Kafka, the store and PostgreSQL are killed or made to hang, the network to these three is slow or
cut off, disks are full (as root), a clock jumps, a bad release fails on every message until it stops, workers come and
go, hints are told twice and out of order, a PIM takes what is written and does not say so. A run that is too short for
all of these draws some by a seed, which it prints. Then it waits until all is finished and proves: each uploaded byte
is there, each file in one final state, no version twice, no fact older than one before, renditions, tags and links as
the quiet run at the beginning made them of the same picture, the catalogue the same live, from the topics and from the
archive, the PIM as our records say, and no webhook and nothing for the PIM sent twice.

With --lose nothing is broken. Instead it is loaded for a while; then all that PostgreSQL keeps is taken away, all of
Kafka's, a volume of the store and the whole store, one after the other, and each is brought back by the commands of
docs/operations.md. The catalogue and every original must be as before, and nobody outside may hear of it.

Each of these is printed as a check, and so are the pace under faults and how soon a new file was finished after each.
Exit status 0 when all of that holds; the two times count in a run of ten minutes and more only, for in a shorter one
they are those of the machine. The copy is kept where something is wrong.

examples:
  packshot chaos                          ten minutes of faults
  packshot chaos --minutes 2 --json       a short form, for scripts: four faults, drawn
  packshot chaos --minutes 2 --seed 7     the same four as another run that printed this
  packshot chaos --only "cut" "bad"       only faults whose words hold one of these
  packshot chaos --lose                   lose what each server keeps, and bring it back
"""

import argparse
import asyncio
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from cli import home as homes
from cli import setup_steps
from cli.breaking.budgets import checks, held
from cli.breaking.disk import Disk, disks_of
from cli.breaking.faults import Site
from cli.breaking.ledger import Ledger
from cli.breaking.link import linked
from cli.breaking.losing import START_S, lose_all
from cli.breaking.pim_door import pim_with
from cli.breaking.receiver import Receiver, receiving
from cli.breaking.report import Report
from cli.breaking.run import PREFIX, SKUS, Plan, chaos
from cli.breaking.schedule import EVERY_S, SCHEDULE, Fault, drawn
from cli.breaking.telling import table, told
from cli.connect import settings_of
from cli.home import Home
from cli.own_copy import own_copy
from cli.say import say
from cli.supervisor import lifecycle
from cli.trouble import Trouble

NAME = "chaos"


def add(parser: argparse.ArgumentParser) -> None:
    """[--minutes N] [--quiet SECONDS] [--seed N] [--only WORDS] [--lose] [--json]."""
    parser.add_argument("--minutes", type=float, default=10.0, help="how long things are broken (10)")
    parser.add_argument("--quiet", type=float, default=60.0, metavar="SECONDS", help="the quiet run before it (60)")
    parser.add_argument("--seed", type=int, help="draws the faults of a run that is too short for all")
    parser.add_argument("--only", nargs="+", default=[""], metavar="WORDS", help="only faults that say these words")
    parser.add_argument("--lose", action="store_true", help="lose what the servers keep, instead of faults")
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
    os.environ["PACKSHOT_TEACH_S"] = "0"  # what links teach changes tags, and when it does is not the same twice
    os.environ["PACKSHOT_SHOOT_QUIET_S"] = "15"  # else the last shoot settles minutes after all is finished
    report = None
    try:
        report = _lost(home, args.quiet) if args.lose else _broken(home, _plan(args, faults))
        print(json.dumps(told(report)) if args.json else table(report))
    finally:
        if report and report.faultless:
            shutil.rmtree(home.root, ignore_errors=True)
        else:
            say(f"the copy is kept in {home.root}: its logs are in {home.logs}, as root its servers' data in disks/.")
    return 0 if held(checks(report)) else 1


def _plan(args: argparse.Namespace, faults: Sequence[Fault]) -> Plan:
    many = int(args.minutes * 60 / EVERY_S)
    if many >= len(faults):
        return Plan(args.minutes, args.quiet, drawn(faults, many, 0))
    seed = secrets.randbelow(10_000) if args.seed is None else args.seed
    chosen = drawn(faults, many, seed)
    say(f"--seed {seed} draws {', '.join(map(str, chosen))}")
    return Plan(args.minutes, args.quiet, chosen, seed)


def _broken(home: Home, plan: Plan) -> Report:
    """Of a copy that is up as long as this takes."""
    with ExitStack() as ends:
        receiver, site = _site(home, ends, ends.enter_context(disks_of(home)))
        return asyncio.run(chaos(site, plan, receiver))


def _lost(home: Home, quiet_s: float) -> Report:
    """The same, of one that is whole: its servers lose what they keep."""
    with ExitStack() as ends:
        receiver, site = _site(home, ends, {})
        report = asyncio.run(chaos(site, Plan(0, quiet_s), receiver))
        if report.faultless:  # else what is made good while servers come back would be taken for a loss
            report.losses = lose_all(home, receiver, site.pim)
        return report


def _site(home: Home, ends: ExitStack, disks: Mapping[str, Disk]) -> tuple[Receiver, Site]:
    """A copy that is up until the ends."""
    receiver, pim = ends.enter_context(receiving()), ends.enter_context(pim_with(SKUS))
    links = ends.enter_context(linked(home))
    os.environ.update(pim.settings(home.root))
    ends.callback(lifecycle.bring_down, home, lambda _: None)
    say("starting a copy of its own …")
    lifecycle.bring_up(home, lambda _: None, START_S)
    return receiver, Site(home, links, disks, pim, Ledger(settings_of(home).kafka, PREFIX))
