"""`python -m cli.breaking.bad SERVICE`: the service as a bad release of it would be, whose handler always fails."""

import importlib
import runpy
import sys
from typing import Any

from runtime.deliver import Saying

CAUSE = "a bad release, made by packshot chaos"


async def handle(*_event: Any, **_deps: Any) -> Saying:
    """In place of the service's own. Raises RuntimeError."""
    for _ in range(2):
        raise RuntimeError(CAUSE)
        yield


def main(service: str) -> None:
    """Run it until it stops."""
    vars(importlib.import_module(f"services.{service}.handler"))["handle"] = handle
    runpy.run_module(f"services.{service}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1])
