"""One copy of Packshot starts at a time on a machine: a port that was chosen free is held only once its server listens.

Without it, two that start in the same seconds choose the same ports, and the slower talks to the quicker one's servers.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.say import say

LOCK = Path("/tmp/packshot-starts.lock")  # noqa: S108 - of all users: only its being locked counts, never its content
PATIENCE_S = 120.0
"""As long as a start may take."""


@contextmanager
def alone(lock: Path = LOCK, seconds: float = PATIENCE_S) -> Iterator[None]:
    """While the block runs, other starts wait; after `seconds` they go on all the same."""
    handle = _opened(lock)
    try:
        end, told = time.monotonic() + seconds, False
        while not _taken(handle) and time.monotonic() < end:
            if not told:
                say("another copy is starting on this machine: waiting until it has its ports …")
            told = True
            time.sleep(0.1)
        yield
    finally:
        os.close(handle)


def _opened(lock: Path) -> int:
    """For reading: a file of another user in /tmp may not be opened for more, and need not be."""
    try:
        return os.open(lock, os.O_RDONLY)
    except FileNotFoundError:
        handle = os.open(lock, os.O_RDONLY | os.O_CREAT)
        os.fchmod(handle, 0o644)  # a strict umask would shut out all other users
        return handle


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
