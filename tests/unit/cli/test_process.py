"""Real processes: bounded stop, and death with the parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.servers.process import Process, plain_environment, program, tail
from cli.trouble import Trouble

DEAF = "trap '' TERM; echo ready; while :; do sleep 0.1; done"


def wait_for(log: Path, word: str) -> None:
    end = time.monotonic() + 10
    while word not in tail(log):
        assert time.monotonic() < end, f"{word!r} never came"
        time.sleep(0.02)


def test_a_deaf_program_is_killed_in_time(tmp_path: Path) -> None:
    process = Process("deaf", tmp_path / "log")
    process.spawn(["sh", "-c", DEAF], env=plain_environment())
    wait_for(process.log, "ready")
    began = time.monotonic()
    process.stop(0.3, signal.SIGTERM)
    assert not process.alive()
    assert time.monotonic() - began < 3
    assert process.exit_code == -signal.SIGKILL


def test_our_settings_do_not_reach_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_ADMIN_KEY", "secret")
    process = Process("env", tmp_path / "log")
    process.spawn(["sh", "-c", "env; echo done"], env=plain_environment(MORE="1"))
    wait_for(process.log, "done")
    assert "MORE=1" in process.log.read_text()
    assert "secret" not in process.log.read_text()


def test_it_dies_with_its_parent_even_when_that_is_killed(tmp_path: Path) -> None:
    parent = (
        "import sys, time; from pathlib import Path; from cli.servers.process import Process, plain_environment;"
        "p = Process('child', Path(sys.argv[1])); p.spawn(['sleep', '60'], env=plain_environment());"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent, str(tmp_path / "log")], stdout=subprocess.PIPE) as started:
        assert started.stdout is not None
        child = int(started.stdout.readline())
        time.sleep(0.2)  # setpriv has become sleep by now
        os.kill(child, 0)
        started.kill()
    end = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and " Z " not in Path(f"/proc/{child}/stat").read_text():
        assert time.monotonic() < end, "the child outlived its parent"
        time.sleep(0.05)


def test_a_missing_program_is_named() -> None:
    with pytest.raises(Trouble, match="no-such-program"):
        program("no-such-program")
