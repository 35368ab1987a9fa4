"""Low priority that counts: Linux gives each session its own share of the processors (autogroup), within which niceness
orders that session's processes only. A caged child is alone in its session, so the session has to be nice, too.
"""

import errno
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")
TRIES, REST_S = 20, 0.11
"""The kernel takes one change in 0.1 s of who is not root, of the whole machine."""


def lower(nice: int) -> Callable[[], None]:
    """Add `nice` to this process's niceness; what is returned gives that to its session, from within a cage too."""
    niceness = os.nice(nice)
    if not nice or os.getsid(0) != os.getpid():  # another's session is not ours to slow down
        return lambda: None
    try:
        file = os.open(AUTOGROUP, os.O_WRONLY | os.O_CLOEXEC)
    except OSError:  # no autogroups (niceness counts among all then, as it does in containers), or /proc is read-only
        return lambda: None
    return partial(_lower_session, file, niceness)


def _lower_session(file: int, niceness: int) -> None:
    try:
        for _ in range(TRIES):
            try:
                os.write(file, str(niceness).encode())
            except OSError as error:
                if error.errno != errno.EAGAIN:
                    return
                time.sleep(REST_S)
            else:
                return
    finally:
        os.close(file)
