"""What the supervisor knows, as a file that other commands read: run/status.json, and whose process holds it."""

import fcntl
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import IO

from cli.home import Home
from cli.trouble import Trouble


@dataclass(frozen=True)
class PartStatus:
    """One part as it was when last looked at."""

    name: str
    state: str
    address: str
    pid: int | None
    restarts: int
    cause: str
    log: str
    taken: bool = False
    """It is not up because somebody else listens on one of its ports."""


def write(home: Home, parts: Sequence[PartStatus]) -> None:
    """Replaces the file at once, so that no reader sees half of it."""
    fresh = home.run / "status.new"
    fresh.write_text(json.dumps([asdict(part) for part in parts], indent=1))
    fresh.replace(home.run / "status.json")


def read(home: Home) -> list[PartStatus]:
    """What was last written; empty when nothing was, or nobody runs."""
    file = home.run / "status.json"
    if not file.exists() or supervisor_pid(home) is None:
        return []
    return [PartStatus(**entry) for entry in json.loads(file.read_text())]


def must_run(home: Home) -> None:
    """Raises Trouble where nothing runs."""
    if not read(home):
        raise Trouble("Nothing runs yet.", "Run `packshot up` first.")


def claim(home: Home) -> IO[str] | None:
    """Makes this process the supervisor of the home until it ends; None when another one is.

    The claim is a lock that the kernel drops with the process: a pid file left over from a crash means nothing.
    """
    lock = (home.run / "supervisor.pid").open("a+")
    # Who only asks `supervisor_pid` holds a lock too, for a moment.
    end = time.monotonic() + 1
    while not _locked(lock):
        if time.monotonic() > end:
            lock.close()
            return None
        time.sleep(0.02)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    (home.run / "status.json").unlink(missing_ok=True)
    return lock


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def supervisor_pid(home: Home) -> int | None:
    """Of the supervisor that holds the claim; None when nobody does."""
    file = home.run / "supervisor.pid"
    if not file.exists():
        return None
    with file.open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read() or 0) or None
    return None
