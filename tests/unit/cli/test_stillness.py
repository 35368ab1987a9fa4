"""A process that writes stands still as long as it has to, and goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import stillness
from cli.stillness import suspended
from cli.trouble import Trouble

WRITES = "import sys, time\nwhile True:\n    open(sys.argv[1], 'a').write('x')\n    time.sleep(0.001)"


class Writer:
    """Writes one sign after the other."""

    def __init__(self, process: "subprocess.Popen[bytes]", file: Path) -> None:
        self.pid, self._file = process.pid, file

    def size(self) -> int:
        return self._file.stat().st_size if self._file.exists() else 0

    def writes(self) -> bool:
        """Wait until it is seen to."""
        end, size = time.monotonic() + 60, self.size()
        while self.size() == size and time.monotonic() < end:
            time.sleep(0.01)
        return self.size() > size


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    process = subprocess.Popen([sys.executable, "-c", WRITES, str(tmp_path / "written")])
    try:
        yield Writer(process, tmp_path / "written")
    finally:
        process.kill()
        process.wait()


def test_nothing_is_written_in_the_block(writer: Writer) -> None:
    assert writer.writes()
    with suspended(writer.pid):
        size = writer.size()
        time.sleep(0.2)
        assert writer.size() == size
    assert writer.writes()


def test_who_was_let_go_too_early_is_told(writer: Writer) -> None:
    assert writer.writes()

    def let_go() -> None:
        with suspended(writer.pid):
            os.kill(writer.pid, signal.SIGCONT)
            assert writer.writes()

    with pytest.raises(Trouble, match="too early"):
        let_go()


def test_it_goes_on_where_something_fails(writer: Writer) -> None:
    with pytest.raises(OSError, match="no room"), suspended(writer.pid):
        raise OSError("no room")
    assert writer.writes()


def test_longer_than_clients_wait_is_no_copy(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stillness, "LONGEST_S", 0.0)
    with pytest.raises(Trouble, match="stood still"), suspended(writer.pid):
        pass
    assert writer.writes()
