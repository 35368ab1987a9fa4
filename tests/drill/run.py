"""One fault after the other: brought about, seen, mended by the runbook's own commands, gone."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.say import say
from tests.drill import page, scaled
from tests.drill.copy import Copy, running, targets
from tests.drill.fault import Fault, Words
from tests.drill.runbook import commands, failed, filled, runbook_of
from tests.e2e.member import free_port
from tests.prometheus import Prometheus
from tests.prometheus import running as watching

FIRES_S, CLEARS_S, CALM_S = 300.0, 400.0, 420.0
FIRING = 'ALERTS{{alertstate="firing",alertname=~"{0}.+"}}'


@dataclass
class Seen:
    """Seconds from the fault to the last of its alerts, and from the runbook's last command until none fires.

    others: alerts that fired, too, at their faster pace; panels, lines: what left green on the overview and the page.
    """

    fault: str
    alerts: tuple[str, ...]
    fired_s: float = 0.0
    cleared_s: float = 0.0
    others: list[str] = field(default_factory=list)
    panels: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Drill:
    """A copy, and the Prometheus that looks at it with the rules `factor` times as fast beside the real ones."""

    copy: Copy
    prometheus: Prometheus
    factor: float

    async def firing(self, prefix: str = "Fast") -> set[str]:
        """Names of alerts, as the rules have them."""
        found = await self.prometheus.ask(FIRING.format(prefix))
        return {labels["alertname"].replace("Fast", "Packshot") for labels, _ in found}

    async def not_green(self) -> set[str]:
        """Panels with bounds on the overview."""
        found = set()
        for title, (asked, steps) in scaled.panels(self.factor).items():
            for _, value in await self.prometheus.ask(asked):
                if scaled.colour(steps, value) != "green":
                    found.add(title)
        return found

    async def calm(self, alerts: Iterable[str] = ()) -> list[str]:
        """Wait until none of these alerts fires, and all is green; what is not so in the end."""
        end, asked = time.monotonic() + CALM_S, {f"Packshot{name}" for name in alerts}
        while (found := await self._unrest(asked)) and time.monotonic() < end:  # noqa: ASYNC110 - others are asked
            await asyncio.sleep(1)
        return sorted(found)

    async def _unrest(self, alerts: set[str]) -> set[str]:
        return alerts & await self.firing() | await self.not_green() | await page.unwell(self.copy)

    async def one(self, fault: Fault) -> Seen:
        """Bring it about, see it, mend it, see it gone."""
        expected = {f"Packshot{name}" for name in (*fault.alerts, *fault.also)}
        seen, wanted = Seen(fault.name, fault.alerts), {f"Packshot{name}" for name in fault.alerts}
        before = await self.not_green(), await page.unwell(self.copy)
        began = time.monotonic()
        async with fault.bring(self.copy) as words:
            while missing := wanted - await self.firing():
                if time.monotonic() - began > FIRES_S:
                    seen.wrong.append(f"never fired: {sorted(missing)}")
                    break
                await asyncio.sleep(0.5)
            seen.fired_s = round(time.monotonic() - began, 1)
            seen.others = sorted(await self.firing() - expected)
            seen.panels = sorted(await self.not_green() - before[0])
            seen.lines = await self._lines(fault, before[1])
        seen.commands, wrong = await mended(self.copy, fault.alerts[0], words)
        seen.wrong += wrong
        ended = time.monotonic()
        while still := wanted & await self.firing():
            if time.monotonic() - ended > CLEARS_S:
                seen.wrong.append(f"never cleared: {sorted(still)}")
                break
            await asyncio.sleep(0.5)
        seen.cleared_s = round(time.monotonic() - ended, 1)
        return seen

    async def _lines(self, fault: Fault, before: set[str]) -> list[str]:
        """The page is asked every few seconds, and shows what was a moment ago."""
        for _ in range(20):
            found = await page.unwell(self.copy) - before
            if not fault.page or fault.page in found:
                break
            await asyncio.sleep(1)
        return sorted(found)


async def mended(copy: Copy, alert: str, words: Words) -> tuple[list[str], list[str]]:
    """Run the commands of an alert's runbook as they are written: which, and what of them went wrong."""
    lines = [filled(line, words) for line in commands(runbook_of(f"Packshot{alert}"))]
    wrong = []
    for command in lines:
        status, told = await copy.run(command)
        if failed(command, status):
            wrong.append(f"{command} ended with {status}: {told[-400:]}")
    return lines, wrong


@asynccontextmanager
async def drilling(factor: float) -> AsyncIterator[Drill]:
    """All that is needed, started; and ended with the block."""
    with tempfile.TemporaryDirectory(prefix="packshot-drill-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
        fast = scaled.rules(Path(folder) / "fast.yml", factor)
        async with running(Path(folder) / "home") as copy:
            (data := copy.watched.parent).mkdir()
            beside = {"tagger": f"127.0.0.1:{copy.beside}"}
            async with watching(data, free_port(), targets(copy), [fast], beside) as prometheus:
                drill = Drill(copy, prometheus, factor)
                assert not (unrest := await drill.calm()), f"it does not come to rest: {unrest}"
                yield drill


async def all_of(drill: Drill, faults: Sequence[Fault], *, strictly: bool) -> list[Seen]:
    """strictly: each begins when all is green again after the one before."""
    found = []
    for fault in faults:
        say(f"{fault.name} …")
        if strictly and (unrest := await drill.calm(fault.alerts)):
            say(f"  it begins although it is not at rest: {unrest}")
        try:
            found.append(await drill.one(fault))
        except (AssertionError, OSError, TimeoutError) as error:  # the others are to be seen all the same
            found.append(Seen(fault.name, fault.alerts, wrong=[f"it could not be tried: {error}"]))
        say(f"  {found[-1]}")
    return found


async def unasked(drill: Drill, faults: Iterable[Fault]) -> list[str]:
    """Alerts that fired at their real pace, and that no fault is for. The scratch disk is a small one all the time."""
    asked = {f"Packshot{name}" for fault in faults for name in (*fault.alerts, *fault.also)} | {"PackshotDiskFills"}
    fired = await drill.prometheus.ask('count_over_time(ALERTS{alertstate="firing",alertname=~"Packshot.+"}[1d])')
    return sorted({labels["alertname"] for labels, _ in fired} - asked)


def wrong(found: Iterable[Seen], faults: Sequence[Fault]) -> list[str]:
    """What is not as it has to be, a sentence each."""
    told = []
    for seen, fault in zip(found, faults, strict=True):
        told += [f"{seen.fault}: {one}" for one in seen.wrong]
        if fault.panel and seen.panels != [fault.panel]:
            told.append(f"{seen.fault}: the overview shows {seen.panels}, not only {fault.panel!r}")
        if fault.page and seen.lines != [fault.page]:
            told.append(f"{seen.fault}: the page shows {seen.lines}, not only {fault.page!r}")
    return told
