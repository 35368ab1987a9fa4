"""Low priority that counts: Linux gives each session its own share of the processors (autogroup), within which niceness
orders that session's processes only. A caged child is alone in its session, so the session has to be nice, too.
"""

import errno
import os
import time
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")
TRIES, REST_S = 20, 0.11
"""The kernel takes one change in 0.1 s of who is not root, of the whole machine."""


def lower(nice: int) -> None:
    """Add `nice` to this process's niceness, and give that to its session."""
    niceness = os.nice(nice)
    if nice and os.getsid(0) == os.getpid():  # another's session is not ours to slow down
        _lower_session(niceness)


def _lower_session(niceness: int) -> None:
    for _ in range(TRIES):
        try:
            AUTOGROUP.write_text(str(niceness))
        except OSError as error:
            if error.errno != errno.EAGAIN:
                return  # no autogroups (also in containers, where niceness counts as it is), or /proc is read-only
            time.sleep(REST_S)
        else:
            return
