"""What the cage costs: the same jobs in a warm caged child and bare, CPU of both sides against that of the work."""

import asyncio
import shutil
import tempfile
import time
from contextlib import aclosing
from pathlib import Path

from runtime.jobs import Cages, Limits, run_twice
from services.render.recipe import Recipe
from services.render.work import work

WORK = "services.render.work:work"


def cost(files: list[Path], recipes: list[Recipe], rounds: int) -> str:
    """One line: the best of each file, caged and bare."""
    job: dict[str, object] = {"input": "input", "recipes": [one.model_dump(mode="json") for one in recipes]}
    with tempfile.TemporaryDirectory() as name:
        caged, bare = asyncio.run(_compare(files, job, rounds, Path(name)))
    return f"\ncage: {caged:.2f} s CPU caged, {bare:.2f} s bare: {caged / bare - 1:+.1%}"


async def _compare(files: list[Path], job: dict[str, object], rounds: int, scratch: Path) -> tuple[float, float]:
    caged, bare = dict.fromkeys(files, float("inf")), dict.fromkeys(files, float("inf"))
    folder = scratch / "bare"
    folder.mkdir()
    cages = Cages(WORK, size=1, scratch=scratch, limits=Limits())
    await cages.start()
    try:
        for _ in range(rounds):
            for path in files:
                caged[path] = min(caged[path], await _caged(cages, path, job))
                bare[path] = min(bare[path], _bare(path, job, folder))
    finally:
        await cages.close()
    return sum(caged.values()), sum(bare.values())


async def _caged(cages: Cages, path: Path, job: dict[str, object]) -> float:
    """CPU of the child's work and of our hand on it."""

    async def fill(folder: Path) -> None:
        await asyncio.to_thread(shutil.copyfile, path, folder / "input")

    child, parent = cages.cpu_seconds, time.process_time()
    async with aclosing(run_twice(cages, fill, job)) as values:
        async for cage, value in values:
            if "file" in value:
                await asyncio.to_thread(cage.output(value["file"]).read_bytes)
    return cages.cpu_seconds - child + time.process_time() - parent


def _bare(path: Path, job: dict[str, object], folder: Path) -> float:
    began = time.process_time()
    shutil.copyfile(path, folder / "input")
    for value in work(job, folder):
        if "file" in value:
            (folder / value["file"]).read_bytes()
    return time.process_time() - began
