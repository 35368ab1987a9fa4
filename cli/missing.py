"""Names on the command line that are no file: folders are opened, the others told in their turn, in the order given."""

from collections.abc import Callable
from pathlib import Path

from services.ingest.names import is_list, is_nothing, is_sidecar


def with_folders(names: list[str]) -> list[str]:
    """The names, and in a folder's place the files in it that could be pictures; an empty one stays as it is."""
    return [one for name in names for one in (_files_of(Path(name)) or [name])]


def _files_of(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(str(path) for path in folder.iterdir() if path.is_file() and not _aside(path.name))


def _aside(name: str) -> bool:
    """Hidden, left about by a system, or no more than words on other files."""
    return name.startswith(".") or is_nothing(name) or is_sidecar(name) or is_list(name)


def cause(name: str) -> str:
    """Why there is nothing to do for a name that is no file."""
    if Path(name).is_dir():
        return "It is a folder with no picture, video, 3D model or PDF in it; folders in it are not opened."
    return "There is no such file."


class Missing:
    """`before(name)` tells of those that stand before a file whose turn it is; `rest()` of those that are left."""

    def __init__(self, names: list[str], tell: Callable[[str], None]) -> None:
        self.gone = {name for name in names if not Path(name).is_file()}
        self.there = [name for name in names if name not in self.gone]
        self._left, self._tell = list(names), tell

    def before(self, name: str) -> None:
        """Call once for each file that is there, in the order given."""
        while self._left and (first := self._left.pop(0)) != name:
            self._tell(first)

    def rest(self) -> None:
        """Call at the end."""
        while self._left:
            self._tell(self._left.pop(0))
