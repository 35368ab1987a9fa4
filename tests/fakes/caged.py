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
