"""Clearing up after untrusted work: folders that the cage's children have filled as they liked."""

import os
import shutil
from pathlib import Path


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
