"""Asking the API of a copy: what it cannot do is said in words, whatever breaks."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.api import ask
from cli.home import Home
from cli.trouble import Trouble


@contextmanager
def answering(home: Home, answer: bytes) -> Iterator[None]:
    """A page that says just this to the first who asks, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        (home.root / "ports.json").write_text(json.dumps({"http": server.getsockname()[1]}))

        def once() -> None:
            with server.accept()[0] as one:
                one.recv(65536)
                one.sendall(answer)

        thread = threading.Thread(target=once)
        thread.start()
        yield
        thread.join(30)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "does not answer"),
        (b"HTTP/1.1 200 -\r\nContent-Length: 100\r\n\r\n{}", "does not answer"),
        (b'HTTP/1.1 409 -\r\nContent-Length: 16\r\n\r\n{"detail": "No"}', "No"),
    ],
)
def test_what_breaks_is_said_in_words(tmp_path: Path, answer: bytes, said: str) -> None:
    with answering(home := Home(tmp_path).make(), answer), pytest.raises(Trouble, match=said):
        ask(home, "GET", "v1/assets")
