"""The room on one process's scratch disk: bounded, and work that needs more of it waits as it does in an outage.

Counted is what lies in the folder (spooled files, the cages' inputs and outputs) and what is on its way into it.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.outage import Unavailable

LEAST_FREE = 1_000_000
"""Bytes: who stopped at a full disk may leave a little of it."""


def held(folder: Path, but: set[str] | None = None) -> int:
    """Bytes of all files under the folder, without those whose paths are in `but`. What vanishes meanwhile is none."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            if but and path in but:
                continue
            try:
                total += os.lstat(path).st_size
            except FileNotFoundError:
                continue
    return total


def full(folder: Path) -> bool:
    """Whether the disk under the folder has no room left for anything."""
    return shutil.disk_usage(folder).free < LEAST_FREE


class Room:
    """`most` bytes under `folder`. Used from many threads."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most
        self._lock = threading.Lock()
        self._coming: dict[str, int] = {}

    @contextmanager
    def take(self, path: Path, size: int) -> Iterator[None]:
        """While `size` bytes are written to `path`. Raises Unavailable when there is no room for them now."""
        with self._lock:
            used = held(self._folder, set(self._coming)) + sum(self._coming.values())
            if used + size > self._most:
                raise Unavailable(
                    f"the scratch folder {self._folder} has no room for {size} bytes: {used} of {self._most} are used "
                    "(PACKSHOT_SCRATCH_BYTES)"
                )
            self._coming[str(path)] = size
        try:
            yield
        finally:
            with self._lock:
                del self._coming[str(path)]
