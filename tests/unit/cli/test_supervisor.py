"""`up` and `down` with every service: found again, mended after a crash, gone without a trace."""

import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import ports, setup_steps
from cli import status as status_command
from cli.home import Home, current
from cli.servers.stack import find_jars
from cli.supervisor import lifecycle, status_file
from cli.supervisor.service import present
from cli.supervisor.status_file import PartStatus

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """A copy of its own, on spare ports, that is up."""
    with tempfile.TemporaryDirectory(prefix="packshot-test-", ignore_cleanup_errors=True) as folder:
        copy = Home(Path(folder)).make()
        copy.kafka.symlink_to(find_jars(current()))
        ports.load(copy.root / "ports.json", {}, shift=random.randrange(2000, 13000))
        setup_steps.run_missing(copy, print)
        try:
            lifecycle.bring_up(copy, lambda parts: None)
            yield copy
        finally:
            lifecycle.bring_down(copy, lambda parts: None)


def part(home: Home, name: str) -> PartStatus:
    return next(part for part in status_file.read(home) if part.name == name)


def test_all_parts_are_up_and_well(home: Home) -> None:
    parts = status_file.read(home)
    assert {part.name for part in parts} == {"kafka", "postgres", "s3", *present()}
    assert {part.name: status_command.health_of(part) for part in parts} == {part.name: "well" for part in parts}


def test_a_second_up_finds_the_first(home: Home) -> None:
    before = [part.pid for part in status_file.read(home)]
    supervisor = status_file.supervisor_pid(home)
    assert [part.pid for part in lifecycle.bring_up(home, lambda parts: None)] == before
    assert status_file.supervisor_pid(home) == supervisor


@pytest.mark.parametrize("name", ["linker", "s3", "kafka"])
def test_a_crashed_part_is_started_again_and_shown(home: Home, name: str) -> None:
    before = part(home, name)
    assert before.pid is not None
    os.kill(before.pid, signal.SIGKILL)
    end = time.monotonic() + 60
    while (now := part(home, name)).state != "up" or now.pid == before.pid:
        assert time.monotonic() < end, now
        time.sleep(0.1)
    assert now.restarts == before.restarts + 1
    lifecycle.bring_up(home, lambda parts: None)


def test_down_leaves_nothing(home: Home) -> None:
    pids = [part.pid for part in status_file.read(home) if part.pid]
    assert lifecycle.bring_down(home, lambda parts: None)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert not lifecycle.bring_down(home, lambda parts: None)
    table = ports.load(home.root / "ports.json", {})
    assert [name for name, port in table.items() if not ports.is_free(port)] == []
