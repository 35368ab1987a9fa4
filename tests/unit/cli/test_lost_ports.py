"""`up` where another program takes a port after it was chosen: all begins again, or it is said who must move."""

import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest

from cli import ports
from cli.home import Home
from cli.servers.stack import Stack
from cli.supervisor import lifecycle, status_file
from cli.supervisor.part import Part
from cli.supervisor.status_file import PartStatus
from cli.trouble import Trouble

UP = PartStatus("kafka", "up", "127.0.0.1:9092", 1, 0, "", "kafka.log")
LOST = PartStatus("kafka", "crashed", "127.0.0.1:9092", None, 1, "Port 9092 (kafka) is taken. Move.", "kafka.log", True)


class Copy:
    """One whose starts go as the test says: what each part says, start by start."""

    def __init__(self, *starts: PartStatus) -> None:
        self.starts, self.begun, self.ended = starts, 0, 0

    def start(self, _home: Home) -> None:
        self.begun += 1

    def stop(self, _home: Home, _progress: lifecycle.Progress) -> bool:
        self.ended += 1
        return True

    def read(self, _home: Home) -> list[PartStatus]:
        return [self.starts[self.begun - 1]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(lifecycle, "alone", nullcontext)
    return Home(tmp_path)


def up(monkeypatch: pytest.MonkeyPatch, home: Home, copy: Copy) -> list[PartStatus]:
    monkeypatch.setattr(lifecycle, "_start_supervisor", copy.start)
    monkeypatch.setattr(lifecycle, "bring_down", copy.stop)
    monkeypatch.setattr(status_file, "read", copy.read)
    monkeypatch.setattr(status_file, "supervisor_pid", lambda _: 1 if copy.begun else None)
    return lifecycle.bring_up(home, lambda _: None, 5)


def test_it_begins_again_when_a_port_is_lost(
    monkeypatch: pytest.MonkeyPatch, home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = Copy(LOST, UP)
    assert up(monkeypatch, home, copy) == [UP]
    assert (copy.begun, copy.ended) == (2, 1)
    assert "a port of kafka" in capsys.readouterr().err


def test_it_gives_up_in_the_end_and_names_the_port_and_the_cure(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    hopeless = PartStatus(**{**vars(LOST), "restarts": 3})
    copy = Copy(*[LOST] * (lifecycle.TRIES - 1), hopeless)
    with pytest.raises(Trouble, match=r"kafka is crashed: Port 9092 \(kafka\) is taken. Move."):
        up(monkeypatch, home, copy)
    assert (copy.begun, copy.ended) == (lifecycle.TRIES, lifecycle.TRIES - 1)


def test_one_that_runs_already_is_left_alone(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    copy = Copy(PartStatus(**{**vars(LOST), "restarts": 3}))
    copy.begun = 1
    with pytest.raises(Trouble, match="9092"):
        up(monkeypatch, home, copy)
    assert (copy.begun, copy.ended) == (1, 0)


@pytest.fixture
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="packshot-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
        made = Stack.spare(Path(folder))
        yield made
        made.stop()


@pytest.mark.broker
def test_a_real_server_that_loses_its_port_says_so_and_begins_on_the_next(stack: Stack) -> None:
    file = stack.home.root / "ports.json"
    looks: list[socket.socket] = []

    def require() -> None:
        """The first look finds it free, and then somebody takes it."""
        if looks:
            return ports.require_free(stack.ports, stack.postgres.port_names, file)
        looks.append(socket.create_server(("127.0.0.1", stack.ports["postgres"])))
        return None

    part, end = Part(stack.postgres, require_ports=require), time.monotonic() + 60
    while part.state != "crashed" and time.monotonic() < end:
        part.tick(time.monotonic(), ())
        time.sleep(0.05)
    lost = stack.ports["postgres"]
    assert part.taken and f"Port {lost} (postgres) is taken" in part.cause and "PACKSHOT_POSTGRES_PORT" in part.cause
    moved = ports.move_taken(file, {}, stack.ports)
    assert moved == {"postgres": (lost, moved["postgres"][1])}
    looks[0].close()
    anew, table = Stack(stack.home.root).postgres, {"postgres": moved["postgres"][1]}
    again = Part(anew, require_ports=partial(ports.require_free, table, ["postgres"], file))
    try:
        while again.state != "up" and time.monotonic() < end:
            again.tick(time.monotonic(), ())
            time.sleep(0.05)
        assert again.state == "up" and anew.address.endswith(str(moved["postgres"][1]))
    finally:
        anew.stop()
