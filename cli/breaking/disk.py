"""Small disks under folders of a copy, which can be filled: nobody else's disk is full then.

Scratch folders get one in memory; each server's data get a real file system, in a sparse file.
"""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cli.home import Home

SCRATCH_MB = 192
SERVERS = {"kafka": ("kafka", 1_024), "s3": ("seaweed", 12_288), "postgres": ("postgres", 2_048)}
"""Server → its folder below `data`, and the size in megabytes: SeaweedFS counts volumes of a gigabyte each."""
BLOCK = 65_536
LEAST = 512
"""Bytes of the last pieces: not even a short file finds room then."""
Command = Sequence[str]


class Disk:
    """`missing`: why there is none, for people; empty when there is one."""

    def __init__(self, folder: Path, missing: str = "") -> None:
        self.missing = missing
        self._file = folder / "filled-by-chaos"

    def fill(self) -> int:
        """Until nothing more goes onto it; returns the bytes that it took."""
        with self._file.open("wb", buffering=0) as file:
            file.seek(self._claimed(file.fileno()))
            size = BLOCK
            while size >= LEAST:
                try:
                    file.write(b"x" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    size //= 2
            return file.tell()

    def _claimed(self, file: int) -> int:
        """Most of it is taken without being written."""
        room = os.fstatvfs(file)
        at, size = 0, room.f_bavail * room.f_frsize
        while size >= BLOCK:
            try:
                os.posix_fallocate(file, at, size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                size //= 2
            else:
                at += size
        return at

    def free(self) -> None:
        """As it was."""
        self._file.unlink(missing_ok=True)


@contextmanager
def disks_of(home: Home) -> Iterator[dict[str, Disk]]:
    """`scratch`, and one for each server's data, until the block ends; folders stay as they are where none is had.

    The servers must not run at either end.
    """
    with ExitStack() as ends:
        found = {"scratch": ends.enter_context(small_disk(home.tmp / "spool"))}
        for name, (folder, megabytes) in SERVERS.items():
            image = home.root / "disks" / f"{name}.img"
            found[name] = ends.enter_context(disk_in(image, home.data / folder, megabytes))
        yield found


@contextmanager
def small_disk(folder: Path, megabytes: int = SCRATCH_MB) -> Iterator[Disk]:
    """In memory, for us alone."""
    options = f"size={megabytes}m,mode=0700"
    with _mounted(folder, ["mount", "-t", "tmpfs", "-o", options, "packshot-chaos", str(folder)]) as disk:
        yield disk


@contextmanager
def disk_in(image: Path, folder: Path, megabytes: int) -> Iterator[Disk]:
    """In a file that claims only what is written to it. Root has no reserve on it."""
    image.parent.mkdir(parents=True, exist_ok=True)
    with image.open("wb") as file:
        file.truncate(megabytes * 1024 * 1024)
    formatted = ["mkfs.ext4", "-q", "-F", "-m", "0", str(image)]
    with _mounted(folder, formatted, ["mount", "-o", "loop", str(image), str(folder)]) as disk:
        if not disk.missing:
            (folder / "lost+found").rmdir()  # a database wants an empty folder
        yield disk


@contextmanager
def _mounted(folder: Path, *commands: Command) -> Iterator[Disk]:
    folder.mkdir(parents=True, exist_ok=True)
    missing = "" if os.geteuid() == 0 else "only root may mount a small disk for it"
    for command in commands:
        missing = missing or _failed(command)
    try:
        yield Disk(folder, missing)
    finally:
        if not missing:
            _run("umount", "--lazy", str(folder))


def _failed(command: Command) -> str:
    """Why, for people."""
    if shutil.which(command[0]) is None:
        return f"no small disk can be made for it: there is no {command[0]}"
    done = _run(*command)
    return f"no small disk can be mounted for it: {done.stderr.strip()}" if done.returncode else ""


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
