"""How the demo ends."""

import signal
import subprocess
import sys

import pytest

from cli.demo import _tell_open, status_of

STAYS = """
import signal
from pathlib import Path
from cli import demo
from cli.home import Home
def pid(_):
    print("asked", flush=True)
    return {pid}
demo.status_file.supervisor_pid = pid
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs this in the background has it ignored
demo._stay(Home(Path(".")), "http://x")
print("down")
"""


def test_ctrl_c_ends_the_stay_and_what_follows_is_done() -> None:
    with subprocess.Popen([sys.executable, "-c", STAYS.format(pid=1)], stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        assert demo.stdout.readline() == "asked\n"  # from here on it stays
        demo.send_signal(signal.SIGINT)
        assert demo.communicate(timeout=20)[0].endswith("down\n")
    assert demo.returncode == 0


def test_it_ends_when_everything_was_stopped_from_elsewhere() -> None:
    ended = subprocess.run([sys.executable, "-c", STAYS.format(pid=None)], capture_output=True, text=True, timeout=20)
    assert (ended.stdout, ended.returncode) == ("asked\ndown\n", 0)
    assert "stopped from elsewhere" in ended.stderr


@pytest.mark.parametrize(("failed", "unfinished", "status"), [(0, 0, 0), (1, 0, 1), (0, 1, 1)])
def test_what_failed_or_came_to_no_end_is_an_exit_status(failed: int, unfinished: int, status: int) -> None:
    counts = {"total": 5, "ready": 1, "refused": 2, "waiting": 1, "failed": failed}
    assert status_of({"assets": counts, "unfinished": unfinished}) == status


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a.jpg"], "1 file had no news for 30 s and is not ready (a.jpg): see"),
        (["a.jpg", "b.jpg"], "2 files had no news for 30 s and are not ready (a.jpg, b.jpg): see"),
        ([*"abcde"], "5 files had no news for 30 s and are not ready (a, b, c and 2 more): see"),
    ],
)
def test_files_that_came_to_no_end_are_named(names: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    _tell_open({"empty": [], "unfinished_files": names})
    assert said in capsys.readouterr().err
