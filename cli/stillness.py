"""The store stands still for a moment: what it keeps is as a crash would leave it, and whoever asks it waits."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.home import Home
from cli.supervisor import status_file
from cli.trouble import Trouble

LONGEST_S = 25.0
"""Clients wait 30 s for an answer."""
STOPS_S = 10.0


@contextmanager
def still(home: Home) -> Iterator[None]:
    """In the block nothing is written into the store. Where nothing runs, it stands still by itself.

    Raises Trouble where the store has no process, was let go before the end of the block, or stood still too long.
    """
    if status_file.supervisor_pid(home) is None:
        yield
        return
    store = next((one for one in status_file.read(home) if one.name == "s3"), None)
    if store is None or store.pid is None:
        raise Trouble("The store is not up, and may start at any time.", "`packshot status` says why it is not.")
    with suspended(store.pid):
        yield


@contextmanager
def suspended(pid: int) -> Iterator[None]:
    """That process, and all its threads. Raises Trouble: see `still`."""
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    try:
        while not _stopped(pid):
            if time.monotonic() - began > STOPS_S:
                raise Trouble(f"The store (process {pid}) does not stand still.", "Do it again.")
            time.sleep(0.01)
        yield
        if not _stopped(pid):
            raise Trouble(f"Somebody let the store (process {pid}) go on too early.", "Do it again.")
    finally:
        os.kill(pid, signal.SIGCONT)
    if (took := time.monotonic() - began) > LONGEST_S:
        raise Trouble(
            f"The store stood still for {took:.0f} s, longer than its clients wait: this is no copy.",
            "Do it again when less is written, or `packshot down` first.",
        )


def _stopped(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state == "T"
