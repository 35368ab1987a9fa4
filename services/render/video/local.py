"""All rungs of a local file into a local folder: the work of `video.jobs` without any server."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from runtime.jobs import Cage, Cages, run_twice
from runtime.limits import GIB
from runtime.refusal import Refused
from services.render.video.pools import rung_cages
from services.render.video.rungs import AnyRung

Tell = Callable[[str, float], None]
"""Takes a rung's name and how much of it is done, from 0 to 1."""
SECONDS, MEMORY = 4 * 3600.0, 4 * GIB


@asynccontextmanager
async def started(scratch: Path) -> AsyncIterator[Cages]:
    """A pool with one child. scratch: a folder that exists. Raises SpawnFailed, RuntimeError without ffmpeg."""
    cages = rung_cages(scratch, 1, SECONDS, MEMORY, nice=0)
    await cages.start()
    try:
        yield cages
    finally:
        await cages.close()


class Rungs:
    """Some rungs, made of one file after the other. scratch: a folder that exists."""

    def __init__(self, rungs: Sequence[AnyRung], scratch: Path) -> None:
        self._rungs, self._scratch = rungs, scratch
        self._turn = asyncio.Lock()

    async def make(self, file: Path, folder: Path, tell: Tell) -> AsyncGenerator[dict[str, Any], None]:
        """All of them into `folder`, one after the other.

        Gives for each {"preset", "path" (the file to open first), "format", "width", "height", "bytes", "ms"}, with
        "notes" where there are; of one that is refused {"preset", "reason"}: as in the pipeline it costs itself only.
        Raises WorkFailed, SpawnFailed, OSError.
        """
        if not self._rungs:
            return
        async with self._turn, started(self._scratch) as cages:
            for rung in self._rungs:
                try:
                    yield await render_rung(cages, file, rung, folder, tell)
                except Refused as refusal:
                    yield {"preset": rung.name, "reason": str(refusal)}


async def render_rung(cages: Cages, file: Path, rung: AnyRung, folder: Path, tell: Tell) -> dict[str, Any]:
    """One rung of a local file. Raises Refused. Files of a ladder or storyboard get a folder of their own."""
    job = {"input": "input", "rung": rung.model_dump(mode="json"), "focal": None}
    told: dict[str, Any] = {}
    tell(rung.name, 0.0)

    async def fill(cage: Path) -> None:
        await asyncio.to_thread(shutil.copyfile, file, cage / "input")

    async with aclosing(run_twice(cages, fill, job)) as values:
        async for cage, value in values:
            if "progress" in value:
                tell(rung.name, float(value["progress"]))
            if "made" in value:
                path = await asyncio.to_thread(_keep, cage, rung, value["made"], folder)
                told = {name: value["made"][name] for name in ("format", "width", "height", "bytes")}
                told |= {"preset": rung.name, "path": str(path), "ms": value["ms"]}
                told |= {"notes": value["made"]["notes"]} if value["made"].get("notes") else {}
    return told


def _keep(cage: Cage, rung: AnyRung, made: dict[str, Any], folder: Path) -> Path:
    names = [str(file["name"]) for file in made["files"]]
    place = folder if len(names) == 1 else folder / rung.name
    place.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copyfile(cage.output(name), place / name)
    return place / str(made["file"])
