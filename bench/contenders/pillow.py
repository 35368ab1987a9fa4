"""Pillow as its users write it: one decode, reduced while loading; each output from it by Lanczos."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.contenders import Contender, Missing, Wanted, place


@contextmanager
def started(folder: Path) -> Iterator[list[Contender]]:
    """In this process."""
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise Missing("Pillow is left out: it is not installed") from None
    mine = place(folder, "pillow")

    def run(path: Path, wanted: tuple[Wanted, ...]) -> float:
        began = time.process_time()
        with Image.open(path) as opened:
            opened.draft("RGB", (max(one.side for one in wanted),) * 2)
            whole = ImageOps.exif_transpose(opened).convert("RGB")
        for one in wanted:
            image = whole.copy()
            image.thumbnail((one.side, one.side), Image.Resampling.LANCZOS)
            if one.pad:
                image = ImageOps.pad(image, (one.side, one.side), color="white")
            how: dict[str, Any] = {"quality": one.quality}
            how |= {"progressive": True} if one.format == "jpeg" else {}
            image.save(mine / one.file, one.format.upper(), **how)
        return time.process_time() - began

    yield [Contender("Pillow", mine, run)]
