"""What is being made right now: one line that is rewritten on a terminal, nothing elsewhere."""

import shutil
import sys
from pathlib import Path

ERASE = "\r\x1b[2K"


class Working:
    """How many of so many files are done, and what is made of which. On standard error: results stay clean."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._tty = total, 0, sys.stderr.isatty()

    def tell(self, file: str = "", what: str = "", share: float | None = None) -> None:
        """Draw. what: the file that is made of it; share: how much of that is done, from 0 to 1."""
        if not self._tty:
            return
        parts = [what, f"{share:.0%}" if share is not None else ""]
        now = ": ".join(filter(None, [Path(file).name, " ".join(filter(None, parts))]))
        text = f"packshot: {self._done} of {self._total} done" + (f"; {now}" if now else "")
        # A line that wraps could not be erased.
        sys.stderr.write(ERASE + text[: shutil.get_terminal_size().columns - 1])
        sys.stderr.flush()

    def done(self) -> None:
        """One file more."""
        self._done += 1
        self.tell()

    def clear(self) -> None:
        """Before other words come to the same terminal, and at the end."""
        if self._tty:
            sys.stderr.write(ERASE)
            sys.stderr.flush()
