"""Names on the command line that are no file: told in their turn, so that lines come in the order given."""

from collections.abc import Callable
from pathlib import Path

CAUSE = "There is no such file."


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
