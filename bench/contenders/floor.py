"""The floor: one decode, each resize and each encode, called bare in libvips with our encoders' settings."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contenders import Contender, Wanted, place
from bench.contenders.ours import recipe
from bench.render_floor import Floor

FLOOR = "floor"


@contextmanager
def started(folder: Path) -> Iterator[list[Contender]]:
    """In this process."""
    mine = place(folder, FLOOR)

    def run(path: Path, wanted: tuple[Wanted, ...]) -> float:
        floor = Floor(path, [recipe(one) for one in wanted])  # works the sizes out: the clock does not count it
        began = time.process_time()
        made = floor.run()
        spent = time.process_time() - began
        for one, body in zip(wanted, made, strict=True):
            (mine / one.file).write_bytes(body)
        return spent

    yield [Contender(FLOOR, mine, run)]
