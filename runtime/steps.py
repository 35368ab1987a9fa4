"""Named points between two effects. Tests end or suspend the process there; nothing else ever happens in them."""

import os
import signal
from pathlib import Path

KILL_AT = "PACKSHOT_KILL_AT"
"""`<step>:<file>`: the process that reaches the step and creates the file first is killed. Only tests set it."""
STOP_AT = "PACKSHOT_STOP_AT"
"""The same, but it is suspended, until somebody continues it. Only tests set it."""
SIGNALS = {KILL_AT: signal.SIGKILL, STOP_AT: signal.SIGSTOP}


def step(name: str) -> None:
    """Say that this point was reached."""
    for variable, number in SIGNALS.items():
        at, _, token = os.environ.get(variable, "").partition(":")
        if at != name:
            continue
        try:
            Path(token).touch(exist_ok=False)
        except FileExistsError:
            continue  # it has happened once; the second life goes on
        os.kill(os.getpid(), number)
