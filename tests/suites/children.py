"""Programs of this package as real child processes, which a fault test may kill."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def child(program: str, environment: dict[str, str], *arguments: str) -> AsyncIterator[Process]:
    """`tests/suites/PROGRAM.py` at work; it gets SIGKILL at the end of the block, if it still lives."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.suites.{program}", *arguments, env={**os.environ, **environment}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
