"""Work for the tests of the cage whose warm-up fails, as it does with a missing model."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def warm() -> None:
    raise FileNotFoundError("the model is not there")


def work(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    yield {}
