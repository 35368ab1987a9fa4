"""`python -m tests.drill.hangs SERVICE`: the service as it would be whose handler waits for what nobody says."""

import asyncio
import importlib
import runpy
import sys
from typing import Any

from runtime.deliver import Saying


async def handle(*_event: Any, **_deps: Any) -> Saying:
    """In place of the service's own: until somebody gives it up."""
    for _ in range(2):
        await asyncio.Event().wait()
        raise AssertionError("nobody says it")
        yield


if __name__ == "__main__":
    vars(importlib.import_module(f"services.{sys.argv[1]}.handler"))["handle"] = handle
    runpy.run_module(f"services.{sys.argv[1]}", run_name="__main__", alter_sys=True)
