"""The steps of the set-up that need our own Python. A new one is a function and a line in `steps()`."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from cli.home import Home
from cli.servers.postgres import ensure_system_user
from cli.stamps import Stamps


@dataclass(frozen=True)
class Step:
    """`inputs` is a hash of what it is made from; `run` must be safe to repeat after it was cut off."""

    name: str
    what: str
    inputs: str
    run: Callable[[Home], None]


def steps() -> list[Step]:
    """In the order they run."""
    return [Step("user", "a system user for PostgreSQL (root only)", "1", lambda _home: ensure_system_user())]


def run_missing(home: Home, say: Callable[[str], None]) -> None:
    """Runs the steps that have no stamp yet; each says its seconds."""
    stamps = Stamps(home.run / "stamps")
    for step in steps():
        if stamps.has(step.name, step.inputs):
            continue
        say(f"set-up: {step.what} ...")
        began = time.monotonic()
        step.run(home)
        stamps.put(step.name, step.inputs)
        say(f"set-up: {step.what}: {time.monotonic() - began:.0f} s")
