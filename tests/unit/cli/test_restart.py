"""`packshot restart`: ends one part, and waits for the supervisor, which a thread plays here."""

import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cli import restart
from cli.home import Home
from cli.supervisor import status_file
from cli.supervisor.status_file import PartStatus
from cli.trouble import Trouble

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
PLAIN = "import time; print(flush=True); time.sleep(600)"


def started(program: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()  # it has come so far that it hears signals
    return process


class Supervised:
    """One part; started anew when it has ended, unless it `crashes` then."""

    def __init__(self, home: Home, program: str) -> None:
        self.home, self.crashes, self.over = home, False, False
        self.processes = [started(program)]
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def write(self, state: str) -> None:
        part = PartStatus("render", state, "127.0.0.1:1", self.processes[-1].pid, 0, "it is broken", "render.log")
        status_file.write(self.home, [part if state == "up" else replace(part, pid=None)])

    def watch(self) -> None:
        while not self.over:
            if self.processes[-1].poll() is not None:
                self.write("crashed")
                if not self.crashes:
                    self.processes.append(started(PLAIN))
                    self.write("up")
            time.sleep(0.05)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("PACKSHOT_HOME", str(tmp_path))
    made = Home(tmp_path).make()
    held = status_file.claim(made)
    assert held is not None
    yield made
    held.close()


@pytest.fixture(params=[PLAIN, DEAF], ids=["one that listens", "one that does not"])
def part(request: pytest.FixtureRequest, home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervised]:
    if request.param == DEAF:
        monkeypatch.setattr(restart, "ENDS_S", 1.0)
    supervised = Supervised(home, request.param)
    supervised.write("up")
    supervised.thread.start()
    yield supervised
    supervised.over = True
    supervised.thread.join()
    for process in supervised.processes:
        process.kill()
        process.wait()


def test_it_returns_when_the_part_is_up_again(part: Supervised, capsys: pytest.CaptureFixture[str]) -> None:
    assert restart.run(Namespace(part="render")) == 0
    first, second = part.processes
    assert first.poll() is not None and second.poll() is None
    assert f"as process {second.pid}" in capsys.readouterr().err


def test_one_that_does_not_come_up_is_told(home: Home, part: Supervised, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restart, "UP_S", 3.0)
    part.crashes = True
    with pytest.raises(Trouble, match="render is crashed: it is broken"):
        restart.run(Namespace(part="render"))


def test_a_part_that_is_none_is_told_with_those_that_are(home: Home) -> None:
    status_file.write(home, [PartStatus("render", "up", "127.0.0.1:1", None, 0, "", "render.log")])
    with pytest.raises(Trouble, match="There is no part 'rendr'") as told:
        restart.run(Namespace(part="rendr"))
    assert "render" in told.value.cure
