"""How much room is left on each disk that something of ours writes to: a process's scratch, the servers' data."""

import math
import shutil
from pathlib import Path

from runtime import metrics

SCRATCH = "scratch"
SERVERS = ("kafka", "seaweed", "postgres")
"""Folders of `home/data` of one machine, where each may lie on a disk of its own. Elsewhere they are not ours."""


def watch(disk: str, folder: Path) -> None:
    """Tell the room there whenever somebody asks for metrics."""
    metrics.FREE.labels(disk).set_function(lambda: _free(folder))


def watch_servers(home: Path) -> None:
    """Those that keep their data below this home."""
    for name in SERVERS:
        if (folder := home / "data" / name).is_dir():
            watch(name, folder)


def _free(folder: Path) -> float:
    """Bytes; no number where the folder cannot be looked at: that is no reason to hide all other metrics."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return math.nan
