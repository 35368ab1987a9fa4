"""Whether the disk is what is wrong: while it is nearly full the store takes nothing, and much else follows."""

import shutil

from cli.home import Home
from cli.servers.seaweed_settings import MIN_FREE
from cli.trouble import Trouble

STORE_MB = MIN_FREE // 1_000_000 + 1
"""SeaweedFS' `-volume.minFreeSpace`."""


def crowded(home: Home) -> Trouble | None:
    """What to say of it; None where there is room."""
    if not home.root.exists() or (free := shutil.disk_usage(home.root).free // 1_000_000) >= STORE_MB:
        return None
    cause = f"Only {free} MB are free where {home.root} is: below {STORE_MB} MB the store takes nothing."
    return Trouble(cause, "Free some disk: what waits goes on by itself. docs/operations.md says what may go.")
