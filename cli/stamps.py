"""A stamp says that a step of the set-up is done; its name carries the hash of what the step was made from."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def hash_of(inputs: Iterable[Path | str]) -> str:
    """16 hex digits over the content of files and over words, in the order given. A missing file is a word too."""
    digest = hashlib.sha256()
    for item in inputs:
        content = item.read_bytes() if isinstance(item, Path) and item.is_file() else str(item).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()[:16]


class Stamps:
    """The folder of stamps. One step has one stamp at most."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, step: str, inputs: str) -> bool:
        """Whether the step was done with these inputs (a `hash_of`)."""
        return (self._folder / f"{step}-{inputs}").exists()

    def put(self, step: str, inputs: str) -> None:
        """The step is done with these inputs; stamps of other inputs go."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for old in self._folder.glob(f"{step}-*"):
            old.unlink()
        (self._folder / f"{step}-{inputs}").touch()
