"""Services that run already, as the drill wants them: a Prometheus beside them, and a shell to type runbooks in."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from anyio import sleep

from cli.breaking.disk import Disk
from cli.home import CHECKOUT
from tests.drill import scaled
from tests.drill.copy import Copy, typing_in
from tests.drill.run import Drill
from tests.e2e.harness import Pipeline
from tests.e2e.member import free_port, variables_of
from tests.prometheus import running

PATIENCE_S = 150.0
LATE = "New pictures late, last hour"
"""So they are, where the machine is busy."""
NOT_THERE = "Parts that are not there"
"""Some services do not run here."""
Found = Callable[[], Awaitable[str]]
"""What is not as it has to be; empty where all is."""


@dataclass(frozen=True)
class Watched:
    """The alerts that fire, at their faster pace, and the overview's panels that are not green."""

    drill: Drill

    async def calm(self) -> None:
        """Wait until all is green."""

        async def missing() -> str:
            return ", ".join(sorted(await self._red() - {LATE}))

        await _until(missing, "all panels are green")

    async def late(self) -> set[str]:
        """The panel of late pictures, where it is not green before anything is done."""
        return {LATE} & await self._red()

    async def _red(self) -> set[str]:
        return await self.drill.not_green() - {NOT_THERE}

    async def fires(self, alert: str, panel: str, before: Set[str]) -> None:
        """Wait until it does, and its panel has left green: that one alone, but for what was not `before`."""

        async def missing() -> str:
            firing, red = await self.drill.firing(), await self._red()
            fine = f"Packshot{alert}" in firing and panel in red and red <= {panel, *before}
            return "" if fine else f"{sorted(firing)} fire, and {sorted(red)} are not green"

        await _until(missing, f"{alert} fires, and {panel!r} alone is not green")

    async def clears(self, alert: str, panel: str = "") -> None:
        """Wait until it fires no more, and its panel, where one is named, is green."""

        async def missing() -> str:
            left = {f"Packshot{alert}"} & await self.drill.firing() | {panel} & await self._red()
            return ", ".join(sorted(left))

        await _until(missing, f"{alert} is over")


async def _until(missing: Found, what: str) -> None:
    end = monotonic() + PATIENCE_S
    while told := await missing():
        assert monotonic() < end, f"it did not come that {what}: {told}"
        await sleep(0.5)


@asynccontextmanager
async def watched(
    pipeline: Pipeline, folder: Path, factor: float, services: Sequence[str], **settings: object
) -> AsyncIterator[Watched]:
    """Every window and patience of the rules is a factor shorter. settings: of services, for the command line, too."""
    home = pipeline.stack.home
    typing_in(home)
    for name in services:  # `packshot logs` knows a service by its name alone
        (home.logs / f"{name}.log").unlink(missing_ok=True)
        (home.logs / f"{name}.log").symlink_to(pipeline.member(name).log)
    env = {**os.environ, **pipeline.stack.env(), **variables_of(settings), "PYTHONPATH": str(CHECKOUT), "NO_COLOR": "1"}
    env["PACKSHOT_HTTP_PORT"] = str(pipeline.member("catalog").http_port)
    copy = Copy(home, env, {}, Disk(folder), folder, pipeline.inbox, pipeline.library, free_port())
    fast = scaled.rules(folder / "fast.yml", factor)
    targets = {name: f"127.0.0.1:{pipeline.member(name).port}" for name in services}
    async with running(folder, free_port(), targets, [fast]) as prometheus:
        await prometheus.until('up{job="packshot"} == 1', len(services))
        seen = Watched(Drill(copy, prometheus, factor))
        await seen.calm()
        yield seen
