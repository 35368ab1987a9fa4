"""Low priority is one among all that the machine runs, not only within a session."""

import subprocess
import sys
from pathlib import Path

import pytest

from runtime.priority import AUTOGROUP

LOWERED = (
    "from runtime.priority import lower; import os, time; lower(7)(); print(os.nice(0), flush=True); time.sleep(60)"
)


def lowered(*, own_session: bool) -> tuple[int, str]:
    """Niceness of a process that lowered itself, and what the kernel says of its session."""
    child = subprocess.Popen([sys.executable, "-c", LOWERED], stdout=subprocess.PIPE, start_new_session=own_session)
    try:
        assert child.stdout
        nice = int(child.stdout.readline())
        autogroup = Path(f"/proc/{child.pid}/autogroup")
        return nice, autogroup.read_text() if autogroup.exists() else ""
    finally:
        child.kill()
        child.wait()


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="a kernel without autogroups")
def test_a_session_of_its_own_is_as_nice_as_its_process() -> None:
    nice, session = lowered(own_session=True)
    assert nice == 7 and session.endswith("nice 7\n")


def test_the_session_of_others_stays_as_it_is() -> None:
    before = AUTOGROUP.read_text() if AUTOGROUP.exists() else ""
    nice, session = lowered(own_session=False)
    assert nice == 7 and session == before
