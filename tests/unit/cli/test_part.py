"""A managed part against a fake server: what it does when the server crashes, hangs, or lacks what it needs."""

from pathlib import Path

import pytest

from cli.ports import PortTaken
from cli.supervisor.part import LONGEST_START_S, START_S, UNWELL_S, Part
from cli.trouble import Trouble


class FakeServer:
    """A server that the test makes ready, ends or hangs."""

    name = "fake"
    address = "127.0.0.1:1"
    port_names: tuple[str, ...] = ()
    pid = None
    exit_code: int | None = None

    def __init__(self, log: Path) -> None:
        self.log = log
        self.starts = 0
        self.runs = self.answers = False
        self.refuses = ""

    def start(self) -> None:
        self.starts += 1
        if self.refuses:
            raise Trouble(self.refuses, "Mend it.")
        self.runs = True

    def ready(self) -> bool:
        return self.runs and self.answers

    def prepare(self) -> None:
        pass

    def alive(self) -> bool:
        return self.runs

    def stop(self) -> None:
        self.runs = False

    def kill(self) -> None:
        self.runs = False


@pytest.fixture
def server(tmp_path: Path) -> FakeServer:
    return FakeServer(tmp_path / "fake.log")


def test_starts_when_what_it_needs_is_up(server: FakeServer) -> None:
    part = Part(server, after=frozenset({"kafka"}))
    part.tick(0, up=set())
    assert (part.state, part.cause, server.starts) == ("waiting", "waits for kafka", 0)
    part.tick(1, up={"kafka"})
    server.answers = True
    part.tick(2, up={"kafka"})
    assert (part.state, part.cause) == ("up", "")


def test_a_crash_is_shown_and_mended_after_the_pause(server: FakeServer) -> None:
    part = Part(server)
    part.tick(0, up=())
    server.runs = False
    server.log.write_text("out of memory\n")
    part.tick(1, up=())
    assert (part.state, part.restarts) == ("crashed", 1)
    assert "out of memory" in part.cause
    part.tick(1.4, up=())
    assert server.starts == 1
    part.tick(1.6, up=())
    assert (part.state, server.starts) == ("starting", 2)


def test_a_part_that_never_answers_is_started_again(server: FakeServer) -> None:
    part = Part(server)
    part.tick(0, up=())
    part.tick(START_S - 1, up=())
    assert part.state == "starting"
    part.tick(START_S + 1, up=())
    assert (part.state, server.runs) == ("crashed", False)


def test_a_part_that_stops_answering_is_unwell_then_started_again(server: FakeServer) -> None:
    part = Part(server)
    server.answers = True
    part.tick(0, up=())
    part.tick(1, up=())
    server.answers = False
    part.tick(3, up=())
    assert (part.state, part.restarts) == ("unwell", 0)
    part.tick(3 + UNWELL_S, up=())
    assert part.state == "crashed"


def test_a_part_that_is_stuck_is_started_again_at_once_though_it_answers(server: FakeServer) -> None:
    why = ""
    part = Part(server, stuck=lambda: why)
    server.answers = True
    part.tick(0, up=())
    part.tick(1, up=())
    assert part.state == "up"
    why = "its index refuses every write"
    part.tick(3, up=())
    assert (part.state, part.cause, server.runs) == ("crashed", why, False)
    why = ""
    part.tick(4, up=())
    part.tick(5, up=())
    assert (part.state, part.restarts, server.starts) == ("up", 1, 2)


def test_a_server_that_cannot_start_says_why(server: FakeServer) -> None:
    server.refuses = "No Java."
    part = Part(server)
    part.tick(0, up=())
    assert part.state == "crashed"
    assert part.cause == "No Java. Mend it."


def test_a_stopped_part_stays_stopped(server: FakeServer) -> None:
    part = Part(server)
    part.tick(0, up=())
    part.stop()
    part.tick(100, up=())
    assert (part.state, server.starts, server.runs) == ("stopped", 1, False)


def test_a_crash_says_its_signal_and_no_quiet_line(server: FakeServer) -> None:
    server.log.write_text('{"level": "error", "message": "of an earlier run"}\n')
    part = Part(server)
    part.tick(0, up=())
    with server.log.open("a") as log:
        log.write('{"level": "info", "message": "tags done"}\n')
    server.runs, server.exit_code = False, -9
    part.tick(1, up=())
    assert part.cause == "killed by signal 9"


def test_a_crash_says_what_its_log_complains_of(server: FakeServer) -> None:
    part = Part(server)
    part.tick(0, up=())
    server.log.write_text('{"level": "error", "message": "no disk"}\n{"level": "info", "message": "ends"}\n')
    server.runs, server.exit_code = False, 1
    part.tick(1, up=())
    assert part.cause == "ended by itself with exit status 1; its log complains: no disk"


def test_the_supervisors_log_tells_starts_and_crashes(server: FakeServer, caplog: pytest.LogCaptureFixture) -> None:
    part = Part(server)
    with caplog.at_level("INFO", "packshot.supervisor"):
        part.tick(0, up=())
        server.runs = False
        part.tick(1, up=())
        part.tick(60, up=())
    assert [record.getMessage() for record in caplog.records] == [
        "started",
        "crashed: ended by itself",
        "started again (restart 1)",
    ]


def test_it_is_not_started_on_a_port_of_somebody_else(server: FakeServer) -> None:
    """Else the other's server would be taken for ours."""

    def taken() -> None:
        raise Trouble("Port 9092 (kafka) is taken by another program.", "End that program.")

    part = Part(server, require_ports=taken)
    server.answers = True
    part.tick(0, up=set())
    assert (part.state, server.starts) == ("crashed", 0)
    assert "Port 9092 (kafka) is taken" in part.cause
    part.require_ports = lambda: None
    part.tick(60, up=set())
    part.tick(61, up=set())
    assert part.state == "up"


def test_a_port_that_is_lost_between_the_look_and_the_start_is_named(server: FakeServer) -> None:
    holders: list[str] = []

    def require() -> None:
        if holders:
            raise PortTaken("Port 9092 (kafka) is taken by another program.", "Set PACKSHOT_KAFKA_PORT to a free port.")

    part = Part(server, require_ports=require)
    part.tick(0, up=())
    assert (part.state, part.taken) == ("starting", False)
    holders.append("somebody")
    server.log.write_text("java.net.BindException: Address already in use\n")
    server.runs = False
    part.tick(1, up=())
    assert (part.state, part.taken) == ("crashed", True)
    assert part.cause == "Port 9092 (kafka) is taken by another program. Set PACKSHOT_KAFKA_PORT to a free port."
    part.tick(60, up=())
    assert (part.state, part.taken, server.starts) == ("crashed", True, 1), "it is not started on theirs"
    holders.clear()
    server.answers = True
    part.tick(120, up=())
    part.tick(121, up=())
    assert (part.state, part.cause) == ("up", "")
    server.runs = False
    part.tick(122, up=())
    assert (part.state, part.taken) == ("crashed", False)


def test_who_mends_what_a_power_cut_left_and_says_so_is_not_ended_for_it(server: FakeServer) -> None:
    part = Part(server)
    part.tick(0, up=())
    for minute in range(1, 30):
        with server.log.open("a") as log:
            log.write(f"recovered {minute} of 30 partitions\n")
        part.tick(60.0 * minute, up=())
        assert (part.state, part.restarts) == ("starting", 0)
    part.tick(LONGEST_START_S + 1, up=())
    assert part.state == "crashed" and "did not answer" in part.cause
