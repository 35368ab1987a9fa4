"""The cages of each kind. Pictures and documents share one pool; a kind whose cage may run programs has its own."""

from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from runtime.jobs import Cages
from runtime.limits import Limits
from runtime.refusal import Refused
from services.render.model import extra
from services.render.model.wire import model_cages
from services.render.video import pools as video

WORK = "services.render.work:work"
PICTURES = Limits(rss_bytes=900_000_000)
"""The largest honest ones take three quarters of it: docs/decisions/0009-inputs.md."""
KINDS = ("image", "video", "model", "document")


@dataclass(frozen=True)
class Pools:
    """Running cages by kind; `missing`: why a kind has none."""

    by_kind: dict[str, Cages]
    missing: dict[str, Refused] = field(default_factory=dict)

    def pool(self, kind: str) -> Cages:
        """Where that kind is made: where none is its own, where pictures are, which refuse it. Raises Refused."""
        if kind in self.missing:
            raise self.missing[kind]
        return self.by_kind.get(kind, self.by_kind["image"])

    @property
    def cpu_seconds(self) -> float:
        """CPU time that all their work has taken."""
        return sum(pool.cpu_seconds for pool in {id(pool): pool for pool in self.by_kind.values()}.values())


@asynccontextmanager
async def pools(
    scratch: Path, size: int, limits: Limits, kinds: Collection[str | None] = KINDS
) -> AsyncIterator[Pools]:
    """Start `size` cages for pictures, and a pool of its own for each of the other kinds that needs one.

    kinds: what is to be made. All are closed at the end of the block. A quiet pool is lazy, as those of kinds are that
    may never come: a machine that starts has better things to do.
    """
    pictures = Cages(WORK, size=size, scratch=scratch, limits=limits, lazy=limits.nice > 0)
    made, missing = {"image": pictures, "document": pictures}, {}
    if "video" in kinds and (why := video.missing()) is not None:
        missing["video"] = why
    elif "video" in kinds:
        made["video"] = video.poster_cages(scratch, nice=limits.nice)
    if "model" in kinds and (lacks := extra.missing()) is not None:
        missing["model"] = lacks
    elif "model" in kinds:
        made["model"] = model_cages(scratch, nice=limits.nice)
    async with AsyncExitStack() as started:
        for pool in dict.fromkeys(made.values()):
            await pool.start()
            started.push_async_callback(pool.close)
        yield Pools(made, missing)
