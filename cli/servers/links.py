"""Where clients are told to find a server, when something stands between (`packshot chaos` puts its proxy there)."""

import json
from collections.abc import Mapping
from pathlib import Path

from cli.home import Home

NAMES = ("kafka", "s3", "postgres")


def load(home: Home) -> dict[str, int]:
    """Server → port that clients of this copy use in place of its own; empty where nothing stands between."""
    file = _file(home)
    found: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    return found


def keep(home: Home, told: Mapping[str, int]) -> None:
    """For all that is started in this home from now on."""
    _file(home).write_text(json.dumps(dict(told)))


def _file(home: Home) -> Path:
    return home.root / "links.json"
