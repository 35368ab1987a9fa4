"""Live progress of a drop: one line that is rewritten on a terminal, a line every few seconds elsewhere."""

import sys
import time
from collections import Counter

from cli.feed import Put
from cli.watch import Watch

EVERY_S = 5.0
TELLING = 10
"""Files that must be done before what is left can be foretold."""
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
        text += "" if last else remaining(done, self._total, now - self._began)
        sys.stderr.write(f"\r\x1b[2K{text}" + ("\n" if last else "") if tty else f"{text}\n")
        sys.stderr.flush()


def remaining(done: int, total: int, seconds: float) -> str:
    """What is left at the pace so far, for people; nothing while too little is done to tell."""
    if done < TELLING or done >= total:
        return ""
    left = seconds / done * (total - done)
    return f", about {left:.0f} s left" if left < 90 else f", about {left / 60:.0f} min left"
