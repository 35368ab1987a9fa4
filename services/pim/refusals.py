"""What PIMs sent us that we did not take or that is wrong, for people: `packshot pim` asks for it.

Only a number and the last cause are kept, in memory: anybody may send us anything.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

log = logging.getLogger(__name__)
Refuse = Callable[[str, str], None]
"""(system, or `<system> signatures` where it may be anybody, and the cause)."""
LONGEST = 300


@dataclass(frozen=True)
class Refusal:
    """How many since the service started, the last of them, and when."""

    count: int
    cause: str
    at: str


class Refusals:
    """Of all PIMs. Call it with a system and a cause."""

    def __init__(self) -> None:
        self._last: dict[str, Refusal] = {}

    def __call__(self, system: str, cause: str) -> None:
        """Something was not taken, or is wrong."""
        log.warning("%s: %s", system, cause)
        before = self._last.get(system)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._last[system] = Refusal(before.count + 1 if before else 1, cause[:LONGEST], at)

    def report(self) -> dict[str, dict[str, object]]:
        """For /healthz: system → what was refused."""
        return {system: asdict(one) for system, one in self._last.items()}
