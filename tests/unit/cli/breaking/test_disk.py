"""Small disks under folders: filled to the last byte, freed, and said plainly where they cannot be had."""

import errno
import os
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from cli.breaking import disk
from cli.breaking.disk import SERVERS, Disk, disk_in, disks_of, small_disk
from cli.home import Home

Made = Callable[[Path], AbstractContextManager[Disk]]


@pytest.fixture(params=["scratch", "server"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    if request.param == "scratch":
        return partial(small_disk, megabytes=2)
    return lambda folder: disk_in(tmp_path / "disk.img", folder, 16)


def test_full_is_full_and_freed_is_as_before(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with made(folder) as small:
        if small.missing:
            pytest.skip(small.missing)
        assert list(folder.iterdir()) == []
        (folder / "mine").write_bytes(b"x" * 1000)
        assert 1_000_000 < small.fill() <= 16 * 1024 * 1024
        with pytest.raises(OSError) as fault:
            (folder / "more").write_bytes(b"x" * 10_000)
        assert fault.value.errno == errno.ENOSPC
        small.free()
        (folder / "more").write_bytes(b"x" * 10_000)
        assert (folder / "mine").stat().st_size == 1000
    assert list(folder.iterdir()) == []


def test_a_servers_disk_claims_only_what_is_written(tmp_path: Path) -> None:
    image = tmp_path / "disk.img"
    with disk_in(image, tmp_path / "data", 256) as small:
        if small.missing:
            pytest.skip(small.missing)
        assert small.fill() > 200_000_000
    assert image.stat().st_blocks * 512 < 64_000_000


def test_each_server_has_one_and_scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with disks_of(Home(tmp_path).make()) as found:
        assert set(found) == {"scratch", *SERVERS}


def test_who_is_not_root_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with small_disk(tmp_path / "spool") as small:
        assert small.missing == "only root may mount a small disk for it"


def test_a_machine_that_does_not_mount_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(disk, "_run", lambda *_: subprocess.CompletedProcess([], 32, "", "permission denied\n"))
    monkeypatch.setattr("shutil.which", lambda name: name)
    with small_disk(tmp_path / "spool") as small:
        assert small.missing == "no small disk can be mounted for it: permission denied"


def test_a_machine_without_the_program_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with disk_in(tmp_path / "disk.img", tmp_path / "data", 16) as small:
        assert small.missing == "no small disk can be made for it: there is no mkfs.ext4"
