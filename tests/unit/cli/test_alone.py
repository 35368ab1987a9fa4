"""One copy starts at a time."""

import os
import time
from pathlib import Path
from threading import Thread

import pytest

from cli.alone import alone


def test_the_second_waits_for_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []

    def second() -> None:
        with alone(tmp_path / "lock"):
            told.append("second")

    with alone(tmp_path / "lock"):
        thread = Thread(target=second)
        thread.start()
        time.sleep(0.3)
        told.append("first")
    thread.join(5)
    assert told == ["first", "second"]
    assert capsys.readouterr().err.count("another copy is starting") == 1


def test_one_that_never_ends_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    with alone(tmp_path / "lock"), alone(tmp_path / "lock", seconds=0.2):
        pass


def test_whoever_was_killed_holds_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), alone(tmp_path / "lock"):
        raise RuntimeError
    began = time.monotonic()
    with alone(tmp_path / "lock"):
        assert time.monotonic() - began < 1


def test_under_a_strict_umask_other_users_can_wait_too(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with alone(tmp_path / "lock"):
            assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(before)
