"""We: the work as it runs in the cage, without it (what the cage costs is measured apart)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contenders import Contender, Wanted, place
from services.render.presets import Preset
from services.render.recipe import Facts, Recipe, resolve
from services.render.work import warm, work

OURS = "ours"


def recipe(wanted: Wanted) -> Recipe:
    """The output as a preset of ours."""
    return resolve(
        Preset(
            name=f"{wanted.format}-{wanted.side}",
            channel="bench",
            width=wanted.side,
            height=wanted.side,
            mode="pad" if wanted.pad else "fit",
            background="#ffffff" if wanted.pad else None,
            format="jpeg" if wanted.format == "jpeg" else "webp",
            quality=wanted.quality,
        ),
        Facts(),
    )


@contextmanager
def started(folder: Path) -> Iterator[list[Contender]]:
    """In this process."""
    mine = place(folder, OURS)
    warm()

    def run(path: Path, wanted: tuple[Wanted, ...]) -> float:
        (mine / "input").unlink(missing_ok=True)
        (mine / "input").symlink_to(path.absolute())  # in the pipeline the download lies there already
        recipes = [recipe(one) for one in wanted]
        job = {"input": "input", "recipes": [one.model_dump(mode="json") for one in recipes]}
        began = time.process_time()
        files = [value["file"] for value in work(job, mine) if "file" in value]
        spent = time.process_time() - began
        for one, name in zip(wanted, files, strict=True):
            (mine / name).replace(mine / one.file)
        return spent

    yield [Contender(OURS, mine, run)]
