"""A copy that others keep (Docker, Kubernetes, servers of yours): settings lead the command line to it.

Where this home has servers of its own they count, whatever the settings say.
"""

import os

from cli.home import Home
from cli.trouble import Trouble

NAMING = ("PACKSHOT_KAFKA", "PACKSHOT_S3_ENDPOINT")
HERE_ONLY = ("backup", "doctor", "down", "logs", "photographers", "restart", "restore")
"""Commands on the parts of this machine."""
GUIDE = "docs/operations.md#commands-on-a-copy-that-others-keep"


def elsewhere(home: Home) -> bool:
    """Whether the servers are others': settings name them, and this home has none."""
    return all(os.environ.get(name) for name in NAMING) and not (home.root / "secrets.json").exists()


def require_here(command: str, home: Home) -> None:
    """Raises Trouble for a command that knows the parts of this machine only."""
    if command in HERE_ONLY and elsewhere(home):
        raise Trouble(
            f"`packshot {command}` is for parts that this machine keeps; {' and '.join(NAMING)} lead to others.",
            f"Use what keeps them (`docker compose`, `kubectl`): {GUIDE} says for each command what to do.",
        )
