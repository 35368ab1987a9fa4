"""`python -m cli.breaking.clock SERVICE`: the service with a clock that jumps an hour ahead, and then an hour behind.

`time.time` everywhere, and `datetime.now` in our modules and the S3 client's, tell the jumping time. The event loop,
TLS, child processes and the servers keep the true one. `SERVICE SECONDS`: it is always so much ahead, and the S3 client
keeps the true time: no store takes requests that are signed days ago.
"""

import importlib
import runpy
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import Any

Steps = Sequence[tuple[float, float]]
STEPS: Steps = ((0.0, 0.0), (8.0, 3600.0), (16.0, -3600.0))
"""From so many seconds after the start on, the clock is so many seconds ahead."""
OURS = ("runtime.", "services.", "schemas.")
CLIENT = "minio."


class Jumping:
    """Wall-clock time in seconds since the epoch; `true` and `steady` are the clocks behind it."""

    def __init__(
        self,
        steps: Steps = STEPS,
        true: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._steps, self._true, self._steady, self._began = steps, true, steady, steady()

    def __call__(self) -> float:
        """Now, by the clock that jumps."""
        gone = self._steady() - self._began
        return self._true() + [ahead for since, ahead in self._steps if gone >= since][-1]


class Datetime:
    """Stands in for the class `datetime` in a module: everything is the real one's, but for what time it is."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def now(self, tz: tzinfo | None = None) -> datetime:
        """By the clock that jumps."""
        return datetime.fromtimestamp(self._clock(), tz)

    def __call__(self, *parts: Any, **more: Any) -> datetime:
        return datetime(*parts, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(datetime, name)

    def __instancecheck__(self, one: object) -> bool:
        return isinstance(one, datetime)


def jump(clock: Callable[[], float], whose: tuple[str, ...] = (*OURS, CLIENT)) -> None:
    """From now on, in all modules that are there. whose: how those begin that see it in `datetime.now`."""
    instead = Datetime(clock)
    for name, module in list(sys.modules.items()):
        if name.startswith(whose) and vars(module).get("datetime") is datetime:
            vars(module)["datetime"] = instead
    vars(time)["time"] = clock


def main(service: str, ahead: str = "") -> None:
    """Run it until it is told to end."""
    importlib.import_module(f"services.{service}.__main__")
    if ahead:
        jump(Jumping([(0.0, float(ahead))]), OURS)
    else:
        jump(Jumping())
    runpy.run_module(f"services.{service}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
