"""A bound on the CPU time of one drawing: a few lines of SVG or PDF can ask for hours of work."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Within the block this process may use so many seconds of CPU; past them the kernel ends it, wherever it is.

    The parent then says that the file takes too long (runtime/verdict.py). For the caged child only.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
