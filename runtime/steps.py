"""Named points between two effects. Tests end or suspend the process there; nothing else ever happens in them."""

import os
import signal
from pathlib import Path

KILL_AT = "PACKSHOT_KILL_AT"
"""`<step>:<file>`: the process that reaches the step and creates the file first is killed. `:<folder>`: the process is
killed at the step that the file named by its pid holds, once one is put there. Only tests set it."""
STOP_AT = "PACKSHOT_STOP_AT"
"""The same, but it is suspended, until somebody continues it. Only tests set it."""
SIGNALS = {KILL_AT: signal.SIGKILL, STOP_AT: signal.SIGSTOP}
_SET = [(os.environ[name].partition(":"), number) for name, number in SIGNALS.items() if name in os.environ]
"""Read once: a message passes a dozen steps."""


def step(name: str) -> None:
    """Say that this point was reached."""
    for (at, _, token), number in _SET:
        if token and (_armed(Path(token), name) if not at else at == name and _first(Path(token))):
            os.kill(os.getpid(), number)


def _first(token: Path) -> bool:
    """Whether it has not happened yet: the second life goes on."""
    try:
        token.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _armed(folder: Path, name: str) -> bool:
    file = folder / str(os.getpid())
    return file.is_file() and file.read_text() == name
