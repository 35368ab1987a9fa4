"""Words for the person at the terminal, on standard error: standard output is for results."""

import sys

from cli.supervisor.status_file import PartStatus


def say(text: str) -> None:
    """One line of progress."""
    sys.stderr.write(f"packshot: {text}\n")
    sys.stderr.flush()


def counted(number: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`; `many` where an s is not enough."""
    return f"{number} {one if number == 1 else many or one + 's'}"


class Announcer:
    """Says what changed in the parts since it was last called; `only` limits it to one state."""

    def __init__(self, only: str = "") -> None:
        self._only = only
        self._known: dict[str, tuple[str, int]] = {}

    def __call__(self, parts: list[PartStatus]) -> None:
        """One line a change."""
        for part in parts:
            news = (part.state, part.restarts)
            told = part.state == self._only if self._only else part.state != "waiting"
            if told and self._known.get(part.name) != news:
                cause = f" ({part.cause.splitlines()[-1]})" if part.cause else ""
                say(f"{part.name:<9} {part.state:<9} {part.address}{cause}")
            self._known[part.name] = news
