"""Live progress of a drop: one line that is rewritten on a terminal, a line every few seconds elsewhere."""

import sys
import time
from collections import Counter

from cli.feed import Put
from cli.watch import Watch

EVERY_S = 5.0
ORDER = ("ready", "complete", "refused", "failed", "working", "waiting")


class Progress:
    """Shows how many files are in which state."""

    def __init__(self, total: int) -> None:
        self._total, self._began, self._shown = total, time.monotonic(), 0.0

    def show(self, puts: list[Put], watch: Watch, *, last: bool = False) -> None:
        """Draw, if it is time to."""
        tty = sys.stderr.isatty()
        now = time.monotonic()
        if not last and now - self._shown < (0.2 if tty else EVERY_S):
            return
        self._shown = now
        states = Counter(watch.state(put) for put in puts)
        states["ready"] += states.pop("complete", 0)
        words = ", ".join(f"{states[name]} {name}" for name in ORDER if states[name])
        done = sum(states[name] for name in ("ready", "refused", "failed"))
        bar = "█" * (20 * done // self._total) + "░" * (20 - 20 * done // self._total)
        text = f"packshot: {bar} {len(puts)}/{self._total} dropped; {words or 'nothing yet'}  {now - self._began:.0f} s"
        sys.stderr.write(f"\r\x1b[2K{text}" + ("\n" if last else "") if tty else f"{text}\n")
        sys.stderr.flush()
