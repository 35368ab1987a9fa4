"""What runs inside the cage: a stranger's picture is opened, and looked at as the tagger looks at it."""

import base64
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from runtime import config, eye, pixels
from services.catalog.looks.eyes import Eyes


@lru_cache(maxsize=1)
def eyes(model: str) -> Eyes:
    """Loaded by the first picture. Raises NoEyes."""
    return Eyes(config.load(config.Settings).models_folder, model)


def warm() -> None:
    """Let libvips open its modules before the process is confined."""
    pixels.lock_down()


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """job: {"input": a name in `folder`, "model": as the library's vectors name it}.

    Yields {"vector": base64 of little-endian float16}. Raises Refused, NoEyes.
    """
    vector = eyes(job["model"]).see(eye.flat(folder / job["input"]))
    yield {"vector": base64.b64encode(vector.astype("<f2").tobytes()).decode()}
