"""A place outside that files are dropped into, in memory."""

from collections.abc import Collection, Mapping
from pathlib import Path

from services.catalog.drops.target import NotTaken


class Shelf:
    """files: what lies there. log: what was done, in order. refuses: what it says instead; after: so many puts."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.log: list[tuple[str, tuple[str, ...]]] = []
        self.refuses, self.after = "", 0

    async def put(self, files: Mapping[str, Path], over: Collection[str]) -> None:
        self._may(len([one for one in self.log if one[0] == "put"]))
        assert set(over) >= self.files.keys() & files.keys(), "what lies there is said"
        self.files |= {name: path.read_bytes() for name, path in files.items()}
        self.log.append(("put", tuple(sorted(files))))

    async def remove(self, names: Collection[str]) -> None:
        self._may(0)
        for name in names:
            self.files.pop(name, None)
        self.log.append(("remove", tuple(sorted(names))))

    def _may(self, puts: int) -> None:
        if self.refuses and puts >= self.after:
            raise NotTaken(self.refuses)
