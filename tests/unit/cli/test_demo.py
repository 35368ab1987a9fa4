"""How the demo ends."""

import signal
import subprocess
import sys

STAYS = """
from pathlib import Path
from cli import demo
from cli.home import Home
demo.status_file.supervisor_pid = lambda _: {pid}
print("up", flush=True)
demo._stay(Home(Path(".")), "http://x")
print("down")
"""


def test_ctrl_c_ends_the_stay_and_what_follows_is_done() -> None:
    with subprocess.Popen([sys.executable, "-c", STAYS.format(pid=1)], stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        assert demo.stdout.readline() == "up\n"
        demo.send_signal(signal.SIGINT)
        assert demo.communicate(timeout=20)[0] == "down\n"
    assert demo.returncode == 0


def test_it_ends_when_everything_was_stopped_from_elsewhere() -> None:
    ended = subprocess.run([sys.executable, "-c", STAYS.format(pid=None)], capture_output=True, text=True, timeout=20)
    assert (ended.stdout, ended.returncode) == ("up\ndown\n", 0)
    assert "stopped from elsewhere" in ended.stderr
