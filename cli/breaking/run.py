"""A quiet run, then the same under faults, then the proof. Everything happens in a copy of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from cli.api import ask
from cli.breaking.faults import Site, Skipped, all_up, commit
from cli.breaking.ledger import Ledger
from cli.breaking.load import Dropped, Load
from cli.breaking.people import Editor
from cli.breaking.pictures import poisoned
from cli.breaking.proving import made, prove
from cli.breaking.quiet import Quiet, enough
from cli.breaking.receiver import Receiver
from cli.breaking.report import Broken, Report
from cli.breaking.schedule import EVERY_S, Fault
from cli.connect import settings_of
from cli.say import say
from runtime.s3_store import Store
from schemas.topics import DELIVERIES

PREFIX = "chaos/"
SKUS = [f"CHAOS-{number:03}" for number in range(39)]
"""An odd number: the next pictures of a product are of another kind, so that its places in the PIM change."""
WARM_S = 20.0
"""Of the quiet run, not counted: the services have just started."""
STILL_S = 240.0
"""So long nothing may be said while files are unfinished before they are given up."""
QUIET_S, LONGEST_S = 10.0, 180.0
"""When all are finished: until nothing is said for so long, at most."""


@dataclass(frozen=True)
class Plan:
    """How long, and the faults in their order. seed: what they were drawn by."""

    minutes: float
    quiet_s: float
    faults: Sequence[Fault] = ()
    seed: int | None = None


async def chaos(site: Site, plan: Plan, receiver: Receiver) -> Report:
    """Of a copy that is up. Raises Trouble where a part does not come up again."""
    settings, ledger = settings_of(site.home), site.ledger
    ask(site.home, "POST", "v1/webhooks", {"url": receiver.url})
    load, report = Load(settings, ledger, PREFIX, SKUS), Report(plan.minutes, plan.seed)
    editor = Editor(site.home, load, ledger)
    with closing(Store(settings)) as store:
        async with _beside(ledger.follow()):
            async with _beside(load.run()), _beside(editor.run()):
                done = await _quietly(load, plan.quiet_s, report)
                quiet = Quiet(await made(store, settings, load, done, ledger))
                await _break(site, load, plan, report)
            say("all faults are done; waiting until what was dropped is finished …")
            await _settled(load, ledger)
            await prove(store, settings, load, ledger, quiet, report)
    report.decisions, report.undone = len(editor.said), editor.undone()
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


async def _quietly(load: Load, seconds: float, report: Report) -> list[Dropped]:
    """The pace without faults; what was finished by then."""
    say(f"a quiet run of {seconds:.0f} s first …")
    began = time.time()
    await asyncio.sleep(WARM_S + seconds)
    end = time.monotonic() + STILL_S
    while not enough(one.kind for one in _finished(load)) and time.monotonic() < end:  # noqa: ASYNC110 - a clock
        await asyncio.sleep(0.5)  # a busy machine has not finished them yet, and nothing could be compared with them
    report.files_a_minute["quiet"] = _pace(load, began + WARM_S, time.time())
    report.quiet_file_s = round(median(waits), 1) if (waits := load.waits()) else None
    return _finished(load)


async def _break(site: Site, load: Load, plan: Plan, report: Report) -> None:
    began = time.time()
    for fault in plan.faults:
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


def _finished(load: Load) -> list[Dropped]:
    """Pictures, as they are now: they may be dropped again."""
    waited_for = set(load.unfinished())
    there = [one for key, one in load.files.items() if key not in waited_for and not poisoned(one.seed)]
    return [replace(one, sent=list(one.sent)) for one in there]


def _pace(load: Load, since: float, until: float) -> float:
    """Files finished a minute."""
    return round(60 * len(load.times(since, until)) / max(1.0, until - since), 1)
