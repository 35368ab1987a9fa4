"""Hosts of their own: what they reach, what does not reach them, and that nothing of them is left."""

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bench.load import hosts
from bench.load.hosts import Host, host, interfaces, networks, possible, reached
from cli.servers.process import Process, plain_environment
from cli.trouble import Trouble


@pytest.fixture
def _may() -> None:
    try:
        possible()
    except Trouble as trouble:
        pytest.skip(str(trouble))


@pytest.fixture
def server() -> socket.socket:
    """Gives back the first word that it gets, over and over."""
    found = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = found.accept()
                with connection:
                    connection.sendall(connection.recv(5))

    threading.Thread(target=serve, daemon=True).start()
    return found


def asked(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(b"hello")
        return client.recv(5)


def until(there: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not there() and time.monotonic() < end:
        time.sleep(0.01)
    return there()


@pytest.mark.usefixtures("_may")
def test_a_host_reaches_our_servers_under_their_own_ports_and_nothing_else(server: socket.socket) -> None:
    port = server.getsockname()[1]
    with socket.create_server(("127.0.0.1", 0)) as other, host([port]) as one:
        assert one.inside(asked, port) == b"hello"
        assert not one.inside(reached, other.getsockname()[1])
        assert reached(other.getsockname()[1])
        assert one.inside(interfaces) == ["lo"]


@pytest.mark.usefixtures("_may")
def test_what_listens_on_a_host_is_reached_from_there_alone() -> None:
    with host() as one, host() as another, one.inside(socket.create_server, ("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        assert [place.inside(reached, port) for place in (one, another)] == [True, False]
        assert not reached(port)


@pytest.mark.usefixtures("_may")
def test_programs_are_started_there(tmp_path: Path) -> None:
    process = Process("sleeper", tmp_path / "log")
    with host() as one:
        process.spawn(["sleep", "60"], env=plain_environment(), switch=one.switch)
        try:
            assert until(lambda: networks([process.pid or 0]) == [os.readlink(one.network)])
        finally:
            process.stop(10.0, 15)


@pytest.mark.usefixtures("_may")
def test_nothing_is_left_of_it_after_an_exception(server: socket.socket) -> None:
    kept: list[Host] = []
    with pytest.raises(ZeroDivisionError), host([server.getsockname()[1]]) as one:
        kept.append(one)
        assert os.path.exists(one.network)
        raise ZeroDivisionError
    assert until(lambda: not os.path.exists(kept[0].network))


def test_who_may_not_is_told_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(hosts, "_leave", refused)
    with pytest.raises(Trouble, match=r"not permitted.* Run it as root"), host():
        pass
