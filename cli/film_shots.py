"""A local film's shots and their key frames: what the service's rung `shots` makes, without any server."""

import asyncio
import shutil
from contextlib import aclosing
from pathlib import Path
from typing import Any, NamedTuple

from runtime.jobs import run_twice
from services.render.video.local import started
from services.render.video.rungs import Shots


class Film(NamedTuple):
    """told: fields of `schemas.video.ByShots`; pictures: a key frame's name there → its file."""

    told: dict[str, Any]
    pictures: dict[str, Path]


async def by_shots(file: Path, folder: Path, scratch: Path) -> Film:
    """Key frames are put into `folder`. Raises Refused, WorkFailed, SpawnFailed, OSError."""
    job = {"input": "input", "rung": Shots(channel="webshop", make="shots").model_dump(mode="json"), "focal": None}
    found = Film({}, {})

    async def fill(cage: Path) -> None:
        await asyncio.to_thread(shutil.copyfile, file, cage / "input")

    async with started(scratch) as cages, aclosing(run_twice(cages, fill, job)) as values:
        async for cage, value in values:
            if "made" in value:
                told = value["made"]["by_shots"]
                names = [str(shot["picture"]) for shot in told["shots"] if shot["picture"]]
                for name in names:
                    await asyncio.to_thread(shutil.copyfile, cage.output(name), folder / name)
                found = Film(told, {name: folder / name for name in names})
    return found
