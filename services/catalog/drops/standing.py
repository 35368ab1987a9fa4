"""How a drop is, since this process began."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.catalog.drops.model import Drop


@dataclass
class Standing:
    """looked: when all was well last; failures: in a row. next_at: of the process's clock, when it is due again."""

    drop: Drop
    looked: datetime | None = None
    failing_since: datetime | None = None
    cause: str = ""
    failures: int = 0
    next_at: float = 0.0
    notes: tuple[str, ...] = ()
    """Products that are ready and that the format cannot take; pictures for some markets alone, where none is named."""


def standings(drops: Iterable[Drop]) -> dict[str, Standing]:
    """By name."""
    return {one.name: Standing(one) for one in drops}
