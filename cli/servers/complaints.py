"""What a log complains of: its warnings and errors, in the manners of our services and of the three servers."""

import json
import re
from pathlib import Path

_LONGEST = 64_000
_QUIET = re.compile(
    r"\b(INFO|DEBUG|TRACE)\b"  # Kafka
    r"|\b(LOG|HINT|STATEMENT|NOTICE):"  # PostgreSQL
    r"|^[IV]\d{4} "  # SeaweedFS
)
_LOUD = {"warning", "error", "critical"}


def complaints(log: Path, start: int = 0, lines: int = 2) -> list[str]:
    """The last of them from byte `start` on; a log that was cut since is read from its beginning."""
    if not log.exists():
        return []
    size = log.stat().st_size
    with log.open("rb") as source:
        source.seek(begin := max(start if start <= size else 0, size - _LONGEST))
        if begin == size - _LONGEST:
            source.readline()  # the rest of a line that began before
        text = source.read().decode(errors="replace")
    found = (_complaint(line) for line in text.splitlines() if line.strip())
    return [line for line in found if line][-lines:]


def _complaint(line: str) -> str:
    """The message of a line that complains, else "". A line of no known manner (a traceback's) is kept as it is."""
    if not line.startswith("{"):
        return "" if _QUIET.search(line) else line.strip()
    try:
        said = json.loads(line)
    except ValueError:
        return ""  # cut off in the middle, when it was killed
    return str(said.get("message", "")) if said.get("level") in _LOUD else ""
