"""The small disk under scratch folders: filled to the last byte, freed, and said plainly where it cannot be had."""

import errno
import os
import subprocess
from pathlib import Path

import pytest

from cli.breaking import disk
from cli.breaking.disk import small_disk


def test_full_is_full_and_freed_is_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MEGABYTES", 2)
    folder = tmp_path / "spool"
    with small_disk(folder) as small:
        if small.missing:
            pytest.skip(small.missing)
        (folder / "mine").write_bytes(b"x" * 1000)
        assert 1_000_000 < small.fill() <= 2 * 1024 * 1024
        with pytest.raises(OSError) as fault:
            (folder / "more").write_bytes(b"x" * 10_000)
        assert fault.value.errno == errno.ENOSPC
        small.free()
        (folder / "more").write_bytes(b"x" * 10_000)
        assert (folder / "mine").stat().st_size == 1000
    assert list(folder.iterdir()) == []


def test_who_is_not_root_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with small_disk(tmp_path / "spool") as small:
        assert small.missing == "only root may mount a small disk for it"


def test_a_machine_that_does_not_mount_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(disk, "_run", lambda *_: subprocess.CompletedProcess([], 32, "", "permission denied\n"))
    with small_disk(tmp_path / "spool") as small:
        assert small.missing == "no small disk can be mounted for it: permission denied"
