"""Keeps logs bounded. Children append to an open file, so its content is copied away and the file cut to nothing."""

import shutil
from pathlib import Path

LONGEST_BYTES = 10_000_000


def rotate(folder: Path, longest: int = LONGEST_BYTES) -> list[Path]:
    """Moves the content of each log over `longest` bytes to `<log>.1`; returns those."""
    full = [log for log in folder.glob("*.log") if log.stat().st_size > longest]
    for log in full:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        # The writers append, so they go on at the new end.
        with log.open("r+b") as stream:
            stream.truncate(0)
    return full
