"""A quiet run, then the same under faults, then the proof. Everything happens in a copy of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from cli.api import ask
from cli.breaking import proof, views
from cli.breaking.faults import Site, Skipped, all_up, commit
from cli.breaking.ledger import Ledger
from cli.breaking.load import Dropped, Load
from cli.breaking.receiver import Receiver
from cli.breaking.report import Broken, Report
from cli.breaking.schedule import EVERY_S, SCHEDULE, Fault
from cli.connect import settings_of
from cli.home import Home
from cli.say import say
from runtime.s3_store import Store
from schemas.topics import DELIVERIES

PREFIX = "chaos/"
SKUS = [f"CHAOS-{number:03}" for number in range(40)]
WARM_S = 20.0
"""Of the quiet run, not counted: the services have just started."""
LEAST = 5
"""Files that the quiet run must have finished."""
STILL_S = 240.0
"""So long nothing may be said while files are unfinished before they are given up."""
QUIET_S, LONGEST_S = 10.0, 180.0
"""When all are finished: until nothing is said for so long, at most."""


@dataclass(frozen=True)
class Plan:
    """How long, and what: the faults in their order, again and again."""

    minutes: float
    quiet_s: float
    faults: Sequence[Fault] = SCHEDULE


async def chaos(site: Site, plan: Plan, receiver: Receiver) -> Report:
    """Of a copy that is up. Raises Trouble where a part does not come up again."""
    settings, ledger = settings_of(site.home), site.ledger
    ask(site.home, "POST", "v1/webhooks", {"url": receiver.url})
    load, report = Load(settings, ledger, PREFIX, SKUS), Report(plan.minutes)
    async with _beside(ledger.follow()):
        async with _beside(load.run()):
            quiet = await _quietly(load, ledger, plan.quiet_s, report)
            await _break(site, load, plan, report)
        say("all faults are done; waiting until what was dropped is finished …")
        await _settled(load, ledger)
        await _prove(site.home, load, ledger, quiet, report)
    report.webhooks = {"messages": receiver.messages, "retries": receiver.retries}
    report.webhooks_twice = receiver.twice()
    report.pim = {"writes": len(site.pim.writes), "unanswered": site.pim.unanswered}
    report.pim_twice, report.pim_differs = site.pim.twice(), site.pim.differs(ledger.last[DELIVERIES.name])
    return report


@asynccontextmanager
async def _beside(work: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _quietly(load: Load, ledger: Ledger, seconds: float, report: Report) -> dict[str, Any]:
    """Pace and outputs without faults."""
    say(f"a quiet run of {seconds:.0f} s first …")
    began = time.time()
    await asyncio.sleep(WARM_S + seconds)
    end = time.monotonic() + STILL_S
    while len(done := _finished(load)) < LEAST and time.monotonic() < end:  # noqa: ASYNC110 - a clock is watched
        await asyncio.sleep(0.5)  # a busy machine has finished none yet, and all else would be unlike this run
    now = time.time()
    report.files_a_minute["quiet"] = _pace(load, began + WARM_S, now)
    return dict(proof.shapes(done, ledger))


async def _break(site: Site, load: Load, plan: Plan, report: Report) -> None:
    began = time.time()
    for number in range(int(plan.minutes * 60 / EVERY_S)):
        fault = plan.faults[number % len(plan.faults)]
        due = asyncio.create_task(asyncio.sleep(EVERY_S))
        report.broken.append(await _one(site, fault, load, Broken(round(time.time() - began, 1), str(fault))))
        await due
    report.files_a_minute["chaos"] = _pace(load, began, time.time())


async def _one(site: Site, fault: Fault, load: Load, broken: Broken) -> Broken:
    say(f"{broken.at:5.0f} s  {fault}")
    try:
        broken.told = await commit(site, fault, list(load.files))
    except Skipped as why:
        broken.skipped = str(why)
        return broken
    over, clock = time.time(), time.monotonic()
    await asyncio.sleep(0.5)  # the supervisor looks five times a second
    await all_up(site.home)
    broken.up_s = round(time.monotonic() - clock, 1)
    broken.finished_s = await _one_finished(load, over)
    return broken


async def _one_finished(load: Load, since: float, patience: float = 60.0) -> float | None:
    """Seconds until a file that was dropped after `since` is finished; None where none is within `patience`."""
    while time.time() - since < patience:
        late = [file for file in load.files.values() if file.at > since and file.key not in load.unfinished()]
        if late:
            return round(time.time() - since, 1)
        await asyncio.sleep(0.2)
    return None


async def _settled(load: Load, ledger: Ledger) -> None:
    while load.unfinished() and time.monotonic() - ledger.heard_at < STILL_S:  # noqa: ASYNC110 - a clock is watched
        await asyncio.sleep(0.5)
    end = time.monotonic() + LONGEST_S
    while time.monotonic() - ledger.heard_at < QUIET_S and time.monotonic() < end:  # noqa: ASYNC110
        await asyncio.sleep(0.5)  # links, media and webhooks follow the last fact


async def _prove(home: Home, load: Load, ledger: Ledger, quiet: dict[str, Any], report: Report) -> None:
    settings, files = settings_of(home), list(load.files.values())
    report.files, report.uploads = len(files), sum(len(file.sent) for file in files)
    report.upload_retries, report.dead_letters = load.tries, ledger.dead
    say(f"proving it for {report.files} files …")
    store = Store(settings)
    try:
        inbox, library = store.bucket(settings.inbox_bucket), store.bucket(settings.library_bucket)
        report.lost = await proof.lost(inbox, library, files)
        report.doubled = await proof.doubled(inbox, library, files, ledger)
        report.stale = await proof.stale(library, files, ledger)
    finally:
        store.close()
    report.unfinished = proof.unfinished(files, ledger)
    report.unlike_quiet = proof.unlike(quiet, proof.shapes(files, ledger))
    report.view_lines, report.views_differ = await views.compared(settings)


def _finished(load: Load) -> list[Dropped]:
    waited_for = set(load.unfinished())
    return [file for key, file in load.files.items() if key not in waited_for]


def _pace(load: Load, since: float, until: float) -> float:
    """Files finished a minute."""
    return round(60 * len(load.times(since, until)) / max(1.0, until - since), 1)
