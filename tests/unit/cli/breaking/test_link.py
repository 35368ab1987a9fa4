"""The proxy before a server: it passes everything on, and delays, throttles or cuts when it is told to."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from cli.breaking.link import AHEAD, BLOCK, GOOD, Link, Manner


class Echo:
    """A server that gives back what it gets, once that has ended."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._answer, args=[self.server.accept()[0]], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while block := connection.recv(BLOCK):
                connection.sendall(block)


@pytest.fixture
def link() -> Iterator[Link]:
    echo = Echo()
    with Link(lambda: echo.port).listening() as one:
        yield one
    echo.server.close()


def asked(link: Link, body: bytes) -> bytes:
    """What comes back. Raises OSError where it is cut."""
    with socket.create_connection(("127.0.0.1", link.port), timeout=20) as client:
        sending = threading.Thread(target=_sent, args=[client, body], daemon=True)
        sending.start()
        found = b"".join(iter(lambda: client.recv(BLOCK), b""))
        sending.join()
        return found


def _sent(client: socket.socket, body: bytes) -> None:
    with suppress(OSError):
        client.sendall(body)
        client.shutdown(socket.SHUT_WR)


def test_every_byte_passes_in_both_directions_in_order(link: Link) -> None:
    body = bytes(range(256)) * (2 * AHEAD * BLOCK // 256)
    assert asked(link, body) == body


def test_what_is_delayed_comes_later_and_whole(link: Link) -> None:
    link.behave(Manner(delay_s=0.2))
    began = time.monotonic()
    assert asked(link, b"hello") == b"hello"
    assert time.monotonic() - began >= 0.4


def test_what_is_throttled_takes_its_time(link: Link) -> None:
    link.behave(Manner(bytes_a_second=1_000_000))
    began, body = time.monotonic(), b"x" * 500_000
    assert asked(link, body) == body
    assert time.monotonic() - began >= 0.5


def test_what_is_cut_is_reset_in_the_middle_and_at_the_door(link: Link) -> None:
    with socket.create_connection(("127.0.0.1", link.port), timeout=20) as client:
        client.sendall(b"half")
        assert client.recv(4) == b"half"
        link.behave(Manner(cut=True))
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    with suppress(ConnectionResetError):
        assert asked(link, b"hello") == b""
    assert link.cuts >= 2
    link.behave(GOOD)
    assert asked(link, b"hello") == b"hello"


def test_a_server_that_is_down_is_a_connection_that_is_reset() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    with Link(lambda: nobody).listening() as link, suppress(ConnectionResetError):
        assert asked(link, b"hello") == b""
