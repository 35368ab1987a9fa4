"""A disk that is nearly full is named, whatever else is wrong."""

import errno
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from cli import app, down
from cli.disk import STORE_MB, crowded
from cli.home import Home
from cli.supervisor import status_file
from cli.supervisor.loop import Supervisor
from cli.trouble import Trouble

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Megabytes that are free, to be set."""
    left = [STORE_MB]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, left[0] * 1_000_000))
    return left


def test_it_is_said_below_what_the_store_leaves_free(free: list[int], tmp_path: Path) -> None:
    assert crowded(Home(tmp_path)) is None
    free[0] -= 1
    found = crowded(Home(tmp_path))
    assert found is not None
    assert f"{STORE_MB - 1} MB" in found.cause and str(tmp_path) in found.cause


def test_every_command_that_fails_names_it(
    free: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(_args: object) -> int:
        raise Trouble("The inbox did not take a file: 500.", "Try again.")

    monkeypatch.setenv("PACKSHOT_HOME", str(tmp_path))
    monkeypatch.setattr(down, "run", refused)
    for left, said in ((STORE_MB, 1), (10, 2)):
        free[0] = left
        assert app.main(["down"]) == 1
        assert capsys.readouterr().err.count("Cure: ") == said


def test_a_full_disk_does_not_end_the_supervisor_and_with_it_all_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    supervisor = Supervisor(Home(tmp_path).make())
    monkeypatch.setattr(status_file, "write", full)
    for _ in range(3):
        supervisor._publish()
    assert [record.getMessage() for record in caplog.records].count(caplog.records[0].getMessage()) == 1
    assert "No space left" in caplog.text
