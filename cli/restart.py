"""end one part, and wait until the supervisor has started it again

For a part that hangs, and for one that is to read a file anew, such as a renewed certificate. It finishes or gives back
what it works on; one that does not end within 20 seconds (a server: a minute) is killed, which loses nothing either.

examples:
  packshot restart render
  packshot restart kafka      all others wait for it meanwhile
"""

import argparse
import os
import signal
import time
from contextlib import suppress

from cli import home as homes
from cli.home import Home
from cli.say import say
from cli.supervisor import status_file
from cli.supervisor.service import SERVICES
from cli.supervisor.status_file import PartStatus
from cli.trouble import Trouble

NAME = "restart"
ENDS_S, SERVER_ENDS_S, UP_S = 20.0, 60.0, 300.0
ENDING = {"postgres": (signal.SIGINT, signal.SIGQUIT)}
"""It would wait for its clients on SIGTERM, and on SIGKILL leave its own processes behind."""


def add(parser: argparse.ArgumentParser) -> None:
    """PART."""
    parser.add_argument("part", help="as `packshot status` names it")


def run(args: argparse.Namespace) -> int:
    """0 when it is up again."""
    home = homes.current()
    before = _part(home, args.part)
    if before.pid is not None:
        _end(home, args.part, before.pid)
    end = time.monotonic() + UP_S
    while (part := _part(home, args.part)).state != "up" or part.pid == before.pid:
        if time.monotonic() > end:
            raise Trouble(f"{part.name} is {part.state}: {part.cause}", f"See `packshot logs {part.name}`.")
        time.sleep(0.2)
    say(f"{part.name} is up again, as process {part.pid}.")
    return 0


def _end(home: Home, name: str, pid: int) -> None:
    """Gently, then not, as long as it is that process."""
    for number in ENDING.get(name, (signal.SIGTERM, signal.SIGKILL)):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        end = time.monotonic() + (ENDS_S if name in SERVICES else SERVER_ENDS_S)
        while time.monotonic() < end:
            if _part(home, name).pid != pid:
                return
            time.sleep(0.2)
    raise Trouble(f"Process {pid} of {name} does not end.", "See `packshot logs supervisor`.")


def _part(home: Home, name: str) -> PartStatus:
    parts = status_file.read(home)
    status_file.must_run(home)
    for part in parts:
        if part.name == name:
            return part
    raise Trouble(f"There is no part {name!r}.", f"There are: {', '.join(part.name for part in parts)}.")
