"""Who is run beside us, a file each: what a user would pick instead, asked for the same outputs of the same files.

Each file has `started(folder)`, a context manager: it fetches and starts what it needs, gives its contenders, and ends
them. It raises Missing where it cannot be had on this machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class Missing(Exception):
    """Why a contender is left out."""


@dataclass(frozen=True)
class Wanted:
    """One output; `pad`: on a white square."""

    side: int
    format: str
    quality: int
    pad: bool = False

    @property
    def file(self) -> str:
        """Where a contender leaves it, in its folder."""
        return f"{self.side}.{self.format}"


@dataclass(frozen=True)
class Contender:
    """run: makes all outputs of one file, each in `folder` under its name; gives the CPU seconds that it took."""

    name: str
    folder: Path
    run: Callable[[Path, tuple[Wanted, ...]], float]


def place(folder: Path, name: str) -> Path:
    """A contender's own folder."""
    made = folder / name.replace(" ", "-").replace(",", "")
    made.mkdir(parents=True)
    return made
