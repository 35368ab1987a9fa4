"""Work for tests: what a decoder that was taken over could do to its input."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """Write over the input, in place."""
    with (folder / job["input"]).open("r+b") as file:
        file.write(b"scribbled over")
    yield {"written": True}
