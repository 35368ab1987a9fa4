"""Scratch folders: one a process, cleared of what the dead left, be it filled by the cage's children as they liked."""

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

from runtime import disks


class InUse(Exception):
    """Another process has that folder."""


def claim(root: Path, name: str) -> tuple[Path, IO[str]]:
    """The empty folder `root/name` and its lock, ours while it is open. Folders of dead processes are removed.

    Raises InUse.
    """
    root.mkdir(parents=True, exist_ok=True)
    if (lock := _locked(root / f"{name}.lock")) is None:
        raise InUse(f"{root / name} is used by another process: give each its own PACKSHOT_ORDINAL or PACKSHOT_SPOOL")
    for other in root.glob("*.lock"):
        if other.stem != name and (dead := _locked(other)) is not None:
            with dead:
                remove(root / other.stem)
    remove(root / name)
    (root / name).mkdir()
    disks.watch(disks.SCRATCH, root)
    return root / name, lock


def _locked(path: Path) -> IO[str] | None:
    """The lock dies with its process, and is no child's: files are closed in children."""
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def empty(folder: Path) -> None:
    """Remove all that lies in the folder. Raises OSError when something cannot be removed or comes back meanwhile."""
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def remove(folder: Path) -> None:
    """Remove the folder of a child that is dead, also what it closed with a mode, also while another does the same."""
    while folder.exists():
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            continue  # somebody else removed that entry: the rest is still ours to do
        except PermissionError:
            if not _open_up(folder):
                raise


def _open_up(folder: Path) -> bool:
    """Make folders enterable again; False when there was none that was not."""
    found = False
    for root, names, _ in os.walk(folder):
        for path in (Path(root, name) for name in names):
            if not path.is_symlink() and path.stat().st_mode & 0o700 != 0o700:
                path.chmod(0o700)
                found = True
    return found
