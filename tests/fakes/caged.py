"""Small jobs in real caged children, and what the system knows of these."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runtime.jobs import Cage, Cages

WORK = "tests.work.cage_work:work"
MIB = 1 << 20


HASTY_S, PATIENT_S = 2.0, 50.0
"""Longest job where its end by time is what is tested, and elsewhere: a busy machine is slow."""


async def collect(cage: Cage, act: str, **job: Any) -> list[dict[str, Any]]:
    return [value async for value in cage.run({"act": act, **job})]


async def once(cages: Cages, act: str, **job: Any) -> list[dict[str, Any]]:
    async with cages.lease() as cage:
        return await collect(cage, act, **job)


async def the_next_job_works(cages: Cages) -> bool:
    (found,) = await once(cages, "echo", value="fine")
    return bool(found["echo"] == "fine")


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def comes(reached: Callable[[], object], seconds: float = 30.0) -> bool:
    """Whether a condition comes in time."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.02)
    return True


async def ends(pid: int) -> bool:
    return await comes(lambda: not running(pid))


def children() -> set[str]:
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


class Peaks:
    """The highest resident memory of a pool's children, looked at while it is watched: `async with Peaks(cages)`.

    As the kernel keeps it for each process; of a child and the programs it runs the sum, which may be more than there
    ever was at once.
    """

    def __init__(self, cages: Cages) -> None:
        self.highest = 0
        self._cages = cages

    async def __aenter__(self) -> "Peaks":
        self._watch = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._watch.cancel()

    async def _look(self) -> None:
        while True:
            for cage in list(self._cages._cages):
                self.highest = max(self.highest, _peak(cage._process.pid))
            await asyncio.sleep(0.01)


def _peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # ended while we looked
        return 0
    own = sum(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return own + sum(_peak(int(child)) for child in below)
