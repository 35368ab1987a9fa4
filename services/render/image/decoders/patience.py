"""A bound on the CPU time of opening and drawing one file: a few lines of SVG or PDF can ask for hours of work.

CPU time and not the clock: a busy machine makes no file worse. What a file may ask for grows with its size, because an
honest large one has the bytes to show for it and a trap is small. A death costs two tries, and both fit into 10 s; but
for a picture that is as large as may be, which AVIF and WebP hold in a megabyte or two.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 3.0  # honest drawings take hundredths, dense plans one or two
SECONDS_A_MB = 0.25
# Of pixels that are decoded once. On the machine where this was measured the slowest took 0.05 (AVIF, JPEG XL), WebP
# 0.03, JPEG 2000 0.02, the others less; SECONDS come on top, so a machine half as fast refuses no honest one.
SECONDS_A_MEGAPIXEL = 0.06
LONGEST = 30.0
SOON = 0.001  # as good as over, but 0 would mean without end


def patience(path: Path, seconds: float = SECONDS, pixels: int = 0) -> float:
    """CPU seconds for a file of that size; `seconds` for the smallest. pixels: that it has, each decoded once."""
    more = SECONDS_A_MB * path.stat().st_size + SECONDS_A_MEGAPIXEL * pixels
    return min(LONGEST, seconds + more / 1_000_000)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Within the block this process may use so many seconds of CPU; past them the kernel ends it, wherever it is.

    The parent then says that the file takes too long (runtime/verdict.py). For the caged child only. Blocks may lie in
    one another: the outer one's bound holds in the inner, and goes on after it.
    """
    outer = signal.getitimer(signal.ITIMER_PROF)[0]
    mine = min(seconds, outer) if outer else seconds
    signal.setitimer(signal.ITIMER_PROF, mine)
    try:
        yield
    finally:
        left = signal.setitimer(signal.ITIMER_PROF, 0)[0]
        if outer:
            signal.setitimer(signal.ITIMER_PROF, max(outer - (mine - left), SOON))
