"""Where files are dropped."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol


class NotTaken(Exception):
    """The other side did not take it, or is away: why, for people. Tried again later."""


class Target(Protocol):
    """One place outside. Names are flat and safe: letters, digits and `_.+-`."""

    async def put(self, files: Mapping[str, Path], over: Collection[str]) -> None:
        """Each whole, or not under its name; over: those that may lie there already. Raises NotTaken."""
        ...

    async def remove(self, names: Collection[str]) -> None:
        """No error where one is not there. Raises NotTaken."""
        ...
