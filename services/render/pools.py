"""The cages of each kind. Pictures and documents share one pool; a kind whose cage may run programs has its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from runtime.jobs import Cages
from runtime.limits import Limits
from runtime.refusal import Refused

WORK = "services.render.work:work"


@dataclass(frozen=True)
class Pools:
    """Running cages by kind; `missing`: why a kind has none."""

    by_kind: dict[str, Cages]
    missing: dict[str, Refused] = field(default_factory=dict)

    @property
    def cpu_seconds(self) -> float:
        """CPU time that all their work has taken."""
        return sum(pool.cpu_seconds for pool in {id(pool): pool for pool in self.by_kind.values()}.values())


@asynccontextmanager
async def pools(scratch: Path, size: int, limits: Limits) -> AsyncIterator[Pools]:
    """Start `size` cages for pictures; closed at the end of the block."""
    pictures = Cages(WORK, size=size, scratch=scratch, limits=limits)
    await pictures.start()
    try:
        yield Pools({"image": pictures})
    finally:
        await pictures.close()
