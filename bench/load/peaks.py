"""The most that each part held of memory and scratch since it was last asked, and what it held before."""

import asyncio
from collections.abc import Mapping
from types import TracebackType

from bench.load.processes import look, scratch
from cli.home import Home

EVERY_S = 2.0


class Peaks:
    """Looks every two seconds while the block runs. `begin` ends what is taken for idle."""

    def __init__(self, home: Home) -> None:
        self._home, self._idle = home, dict[str, float]()
        self._most: dict[str, float] = {}
        self._scratch: dict[str, float] = {}

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

    async def _run(self) -> None:
        while True:
            parts, room = await asyncio.to_thread(look, self._home), await asyncio.to_thread(scratch, self._home)
            self.take({name: one["rss"] for name, one in parts.items()}, self._most)
            self.take({f"{name}+children": one["kids_rss"] for name, one in parts.items() if one["kids"]}, self._most)
            self.take(room, self._scratch)
            await asyncio.sleep(EVERY_S)

    @staticmethod
    def take(found: Mapping[str, float], most: dict[str, float]) -> None:
        """Keep the larger of each."""
        for name, value in found.items():
            most[name] = max(value, most.get(name, 0.0))

    def told(self) -> str:
        """MB of each part: idle, at the most, and in its scratch folder."""
        lines = [f"{'':22}{'idle MB':>9}{'most MB':>9}{'scratch MB':>12}"]
        for name, most in sorted(self._most.items()):
            room = f"{self._scratch[name] / 1e6:12.0f}" if name in self._scratch else ""
            lines.append(f"{name:22}{self._idle.get(name, 0.0) / 1e6:9.0f}{most / 1e6:9.0f}{room}")
        return "\n".join(lines)
