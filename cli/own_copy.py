"""A fresh copy beside yours, for what may not touch yours: chaos, soak and load benches."""

import os
import random

from cli import ports as port_table
from cli.home import Home

SHARED = ("models", "kafka", "npm", "venv")


def own_copy(ours: Home, name: str) -> Home:
    """An empty home below `ours` that shares what set-up made."""
    root = ours.tmp / f"{name}-{os.getpid()}"
    home = Home(root).make()
    for part in SHARED:
        if (ours.root / part).exists():
            (root / part).symlink_to(ours.root / part)
    port_table.load(root / "ports.json", {}, random.randrange(2000, 13000))  # noqa: S311 - two at once hardly meet
    return home
