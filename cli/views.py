"""What is looked at of local files: plain ones themselves, of all others render's pictures, as in the service."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cli.film_shots import Film, by_shots
from runtime.jobs import Cage, run_twice
from runtime.scratch import remove
from schemas.asset import PLAIN
from schemas.rendition import Rendition
from services.render.facts import Facts
from services.render.image.sniff import Kind, sniff_file
from services.render.kinds import job_for, plan_for
from services.render.pools import PICTURES, Pools, pools
from services.render.presets import load_presets
from services.render.recipe import Planned
from services.render.sent_on import looked_at, pictures_of
from services.tagger import drawn
from services.tagger.pictures import large_of, small_of


@dataclass(frozen=True)
class Views:
    """Files for the two waves.

    small: a picture a part (page, view), the cover first. large: by name in the cage: the cover as `input`, and a
    document's own `text`. about: what the job says of the original, where these are only pictures of it.
    """

    small: list[Path]
    large: Mapping[str, Path]
    about: Mapping[str, Any]
    film: Film | None = None


class Viewer:
    """`turns` bounds how many files' pictures lie on the disk at once."""

    def __init__(self, kinds: Mapping[Path, Kind], rendering: Pools | None, scratch: Path, turns: int) -> None:
        self._kinds, self._rendering, self._scratch = kinds, rendering, scratch
        self._turns = asyncio.Semaphore(turns)

    @asynccontextmanager
    async def views(self, file: Path) -> AsyncIterator[Views]:
        """They are gone at the end of the block. Raises Refused, WorkFailed, OSError."""
        if self._rendering is None or file not in self._kinds:
            yield Views([file], {"input": file}, {})
            return
        async with self._turns:
            folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=self._scratch))
            try:
                views = await _rendered(self._rendering, file, self._kinds[file], folder)
                is_film = self._kinds[file].family == "video"
                yield replace(views, film=await by_shots(file, folder, self._scratch)) if is_film else views
            finally:
                await asyncio.to_thread(remove, folder)


@asynccontextmanager
async def viewer(files: Sequence[Path], scratch: Path) -> AsyncIterator[Viewer]:
    """Starts render's cages where one of the files needs them. scratch: a folder that exists. Raises SpawnFailed."""
    kinds = await asyncio.to_thread(_to_render, files)
    if not kinds:
        yield Viewer(kinds, None, scratch, 1)
        return
    size = min(len(kinds), os.cpu_count() or 1)
    async with pools(scratch, size, PICTURES, {kind.family for kind in kinds.values()}) as rendering:
        yield Viewer(kinds, rendering, scratch, 2 * size)


def copier(files: Mapping[str, Path]) -> Callable[[Path], Awaitable[None]]:
    """Puts files into a cage's folder, each under its name there."""

    async def fill(folder: Path) -> None:
        for name, file in files.items():
            await asyncio.to_thread(shutil.copyfile, file, folder / name)

    return fill


def _to_render(files: Sequence[Path]) -> dict[Path, Kind]:
    """What the tagger does not open by itself."""
    kinds = {}
    for file in files:
        try:
            kind = sniff_file(file)
        except OSError:
            continue  # said in its turn, when it is opened
        if f"{kind.family}/{kind.name}" not in PLAIN:
            kinds[file] = kind
    return kinds


async def _rendered(rendering: Pools, file: Path, kind: Kind, folder: Path) -> Views:
    """Its pictures, made into `folder`."""
    family = kind.family or "image"  # which refuses it in its own words
    planned = {one.hash: one for one in looked_at(plan_for(family, f"{family}/{kind.name}", load_presets(), Facts()))}
    job, fill = job_for(family, list(planned.values())), copier({"input": file})
    made: dict[str, Rendition] = {}
    text: dict[str, Path] = {}
    because = drawn.of(family, f"{family}/{kind.name}")
    about: dict[str, Any] = {"drawn": because} if because else {}
    async with aclosing(run_twice(rendering.pool(family), fill, {**job, "input": "input"})) as values:
        async for cage, value in values:
            if "recipe" in value:
                made[value["recipe"]] = await _kept(cage, planned[value["recipe"]], value, folder)
            elif "text" in value:
                text = {"text": folder / "text"}
                await asyncio.to_thread(shutil.copyfile, cage.output(value["text"]["file"]), text["text"])
            elif "image" in value:
                about["size"] = [value["image"]["width"], value["image"]["height"]]
    pictures = pictures_of(planned.values(), made.values())
    return Views([Path(key) for key in small_of(pictures)], {"input": Path(large_of(pictures)), **text}, about)


async def _kept(cage: Cage, planned: Planned, value: Mapping[str, Any], folder: Path) -> Rendition:
    path = folder / f"{planned.hash}.{planned.extension}"  # names are ours, never the child's
    await asyncio.to_thread(shutil.copyfile, cage.output(value["file"]), path)
    return Rendition(
        preset=planned.preset,
        channel=planned.channel,
        recipe=planned.hash,
        key=str(path),
        format=planned.format,
        width=value["width"],
        height=value["height"],
        bytes=value["bytes"],
    )
