"""A pool that opens nothing: its "children" do a work function of the test in this process, and may die."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from runtime.jobs import Cage, Cages

Work = Callable[[dict[str, Any], Path], Iterator[dict[str, Any]]]


class FakeCage:
    """What a handler sees of a child."""

    last_cpu_seconds = 0.0

    def __init__(self, work: Work, folder: Path) -> None:
        self.folder = folder
        self._work = work

    async def run(self, job: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """See `Cage.run`."""
        for value in self._work(job, self.folder):
            yield value
        self.last_cpu_seconds = 0.25

    def output(self, name: str) -> Path:
        """See `Cage.output`."""
        return self.folder / name


class FakeCages(Cages):
    """`jobs` are those that were begun, in order."""

    def __init__(self, work: Work, scratch: Path) -> None:
        self.size, self.jobs = 1, list[dict[str, Any]]()
        self._work_here, self._folder = work, scratch

    @asynccontextmanager
    async def lease(self, *, fresh: bool = False) -> AsyncIterator[Cage]:
        """See `Cages.lease`."""
        yield cast(Cage, FakeCage(self._noted, self._folder))

    def _noted(self, job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
        self.jobs.append(job)
        yield from self._work_here(job, folder)
