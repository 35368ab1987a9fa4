"""A small disk under the scratch folders of a copy, which can be filled: memory, so that nobody else's disk is full."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEGABYTES = 192
BLOCK = 65_536
LEAST = 512
"""Bytes of the last pieces: not even a short file finds room then."""


class Disk:
    """`missing`: why there is none, for people; empty when there is one."""

    def __init__(self, folder: Path, missing: str = "") -> None:
        self.missing = missing
        self._file = folder / "filled-by-chaos"

    def fill(self) -> int:
        """Until nothing more goes onto it; returns the bytes that it took."""
        size = BLOCK
        with self._file.open("wb", buffering=0) as file:
            while size >= LEAST:
                try:
                    file.write(b"x" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    size //= 2
            return file.tell()

    def free(self) -> None:
        """As it was."""
        self._file.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Mounted at the folder until the block ends, where we may mount; else the folder stays what it is."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        yield Disk(folder, "only root may mount a small disk for it")
        return
    options = f"size={MEGABYTES}m,mode=0700"
    done = _run("mount", "-t", "tmpfs", "-o", options, "packshot-chaos", str(folder))
    if done.returncode:
        yield Disk(folder, f"no small disk can be mounted for it: {done.stderr.strip()}")
        return
    try:
        yield Disk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
