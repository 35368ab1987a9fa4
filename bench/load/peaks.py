"""What each part held of memory and scratch since it was last asked: the most, before that, and how it grew."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from types import TracebackType

from bench.load.arithmetic import Point, growth
from bench.load.processes import look, scratch
from cli.home import Home
from cli.supervisor.service import SERVICES

EVERY_S = 2.0
FLAT_MB = 60.0
"""A part of ours may hold so much more in the last quarter of the time than in the first, by the medians."""


class Peaks:
    """Looks every two seconds while the block runs. `begin` ends what is taken for idle."""

    def __init__(self, home: Home) -> None:
        self._home, self._idle = home, dict[str, float]()
        self._most: dict[str, float] = {}
        self._scratch: dict[str, float] = {}
        self._held: dict[str, list[Point]] = defaultdict(list)

    async def __aenter__(self) -> "Peaks":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def begin(self) -> None:
        """From here on it counts; what was the most until now is what the part holds when idle."""
        self._idle, self._most, self._scratch = self._most, {}, {}
        self._held.clear()

    async def _run(self) -> None:
        while True:
            parts, room = await asyncio.to_thread(look, self._home), await asyncio.to_thread(scratch, self._home)
            held = {name: one["rss"] for name, one in parts.items()}
            held |= {f"{name}+children": one["kids_rss"] for name, one in parts.items() if one["kids"]}
            self.take(held, self._most)
            for name, rss in held.items():
                self._held[name].append((time.monotonic(), rss))
            self.take(room, self._scratch)
            await asyncio.sleep(EVERY_S)

    @staticmethod
    def take(found: Mapping[str, float], most: dict[str, float]) -> None:
        """Keep the larger of each."""
        for name, value in found.items():
            most[name] = max(value, most.get(name, 0.0))

    def grown(self, limit_mb: float = FLAT_MB) -> list[str]:
        """Parts of ours whose memory did not stay flat, for people."""
        ours = {name: points for name, points in self._held.items() if name.removesuffix("+children") in SERVICES}
        rose = {name: growth(points) / 1e6 for name, points in sorted(ours.items())}
        return [f"{name} grew by {by:.0f} MB" for name, by in rose.items() if by > limit_mb]

    def told(self) -> str:
        """MB of each part: idle, at the most, and in its scratch folder."""
        lines = [f"{'':22}{'idle MB':>9}{'most MB':>9}{'scratch MB':>12}"]
        for name, most in sorted(self._most.items()):
            room = f"{self._scratch[name] / 1e6:12.0f}" if name in self._scratch else ""
            lines.append(f"{name:22}{self._idle.get(name, 0.0) / 1e6:9.0f}{most / 1e6:9.0f}{room}")
        return "\n".join(lines)
