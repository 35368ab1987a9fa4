"""How the demo ends."""

import signal
import subprocess
import sys

STAYS = "from cli.demo import _stay; print('up', flush=True); _stay('http://x'); print('down')"


def test_ctrl_c_ends_the_stay_and_what_follows_is_done() -> None:
    with subprocess.Popen([sys.executable, "-c", STAYS], stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        assert demo.stdout.readline() == "up\n"
        demo.send_signal(signal.SIGINT)
        assert demo.communicate(timeout=20)[0] == "down\n"
    assert demo.returncode == 0
