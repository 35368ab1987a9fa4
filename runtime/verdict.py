"""How a caged job can end badly, said so that the right one is blamed."""

import re
import signal

from .refusal import Refused

# What Rust, C++ and GLib say before they give up.
OUT_OF_MEMORY = re.compile(
    r"memory allocation of \d+ bytes failed|bad_alloc|failed to allocate \d+ bytes|TryReserveError", re.I
)


class SpawnFailed(Exception):
    """A child could not be started at all: our installation's fault, never the file's."""


class CageIncomplete(SpawnFailed):
    """This machine has not what a cage is made of: nothing is opened here."""


class WorkFailed(Exception):
    """The work raised something else than Refused: our own error. type, message and traceback are the child's."""

    def __init__(self, type: str, message: str, traceback: str) -> None:
        super().__init__(f"{type}: {message}")
        self.type, self.message, self.traceback = type, message, traceback


class ChildDied(Exception):
    """The child passed a limit of ours or crashed.

    kind: `time`, `memory`, `disk`, `processes`, `signal`, `exit` or `protocol`. reason: for people.
    stderr: its last words.
    """

    def __init__(self, kind: str, reason: str, stderr: str = "") -> None:
        super().__init__(reason)
        self.kind, self.reason, self.stderr = kind, reason, stderr

    def refusal(self) -> Refused:
        """What the photographer is told when a fresh child died of the same file too."""
        if self.kind == "time":
            cure = "Export it smaller or simpler and drop it once more."
            return Refused("This file takes too long to open.", cure, kind="time")
        if self.kind in ("memory", "disk"):
            cure = "Export it smaller and drop it once more."
            return Refused("This file needs more memory than one may have.", cure, kind="memory")
        if self.kind == "processes":
            cure = "Export it again from its source."
            return Refused("The decoder started too many programs for this file.", cure, kind="processes")
        return Refused("The decoder crashed on this file.", "Export it again and drop it once more.", kind="crash")


def name_death(code: int, stderr: str = "") -> tuple[str, str]:
    """Kind and reason for a process' return code (negative: the signal that ended it) and its last words."""
    if code >= 0:
        return "exit", f"ended by itself with exit code {code}"
    name = signal.Signals(-code).name
    if name == "SIGXFSZ":
        return "disk", "wrote a larger file than it may (SIGXFSZ)"
    if name == "SIGPROF":
        return "time", "used more CPU time than a step of its work may (SIGPROF)"
    if name == "SIGKILL":
        return "memory", "killed from outside (SIGKILL): most likely the machine ran out of memory"
    if name == "SIGABRT" and OUT_OF_MEMORY.search(stderr):
        return "memory", "gave up for want of memory (SIGABRT)"
    return "signal", f"crashed with {name}"
