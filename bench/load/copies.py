"""A pipeline of the bench's own: servers and services as `packshot up` starts them, with their own data and ports."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cli import home as homes
from cli import setup_steps
from cli.home import Home
from cli.own_copy import own_copy
from cli.say import say
from cli.supervisor import lifecycle

SLOW_START_S = 600.0
"""A machine that others use too may take minutes."""


@contextmanager
def running(name: str, settings: Mapping[str, str] | None = None) -> Iterator[Home]:
    """While the block runs, a copy is up, with these settings beside those of the environment.

    It is removed when the block ends well, and kept, with its logs, when it does not. Raises Trouble.
    """
    setup_steps.run_missing(homes.current().make(), say)
    home = own_copy(homes.current(), name)
    os.environ.update(settings or {})
    well = False
    try:
        try:
            say("starting a copy of its own …")
            lifecycle.bring_up(home, lambda _: None, SLOW_START_S)
            yield home
        finally:
            lifecycle.bring_down(home, lambda _: None)
        well = True
    finally:
        if well:
            shutil.rmtree(home.root, ignore_errors=True)
        else:
            say(f"the copy is kept in {home.root}: its logs are in {home.logs}.")
