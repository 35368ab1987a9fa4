"""A PostgreSQL that is reached by TLS only: all our connections know whom they speak to.

The server that we bring was built without TLS, so a door stands before it that speaks PostgreSQL's way into TLS, as a
pooler's or a cloud's does.
"""

import asyncio
import select
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from runtime.database import Database
from runtime.outage import Unavailable
from services.catalog.live import Live
from tests.fakes.authority import certify

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]
WANTS_TLS = struct.pack("!ii", 8, 80877103)
"""The client's first message, before it says anything of its own."""


class Door(socketserver.ThreadingTCPServer):
    """Whoever does not ask for TLS is sent away; `inside` counts who got in."""

    daemon_threads = True

    def __init__(self, folder: Path, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.folder, self.inside = folder, 0
        self.behind = urlsplit(behind)
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(folder / "database.pem")

    def url(self, authority: str = "ca.pem") -> str:
        """How a service is led to it."""
        netloc = f"{self.behind.netloc.rpartition(':')[0]}:{self.server_address[1]}"
        return (
            f"{self.behind._replace(netloc=netloc).geturl()}?sslmode=verify-full&sslrootcert={self.folder / authority}"
        )


class Passing(socketserver.BaseRequestHandler):
    """One connection."""

    server: Door

    def handle(self) -> None:
        if self.request.recv(len(WANTS_TLS), socket.MSG_WAITALL) != WANTS_TLS:
            return
        self.request.sendall(b"S")
        try:
            inside = self.server.tls.wrap_socket(self.request, server_side=True)
        except OSError:
            return  # the client did not like what it saw
        self.server.inside += 1
        with inside, socket.create_connection((self.server.behind.hostname, self.server.behind.port)) as there:
            while ready := select.select([inside, there], [], [], 60)[0]:
                for one, other in ((inside, there), (there, inside)):
                    if one in ready and not _pass_on(one, other):
                        return


def _pass_on(one: socket.socket, other: socket.socket) -> bool:
    """Whether it goes on."""
    try:
        block = one.recv(65536)
        while isinstance(one, ssl.SSLSocket) and one.pending():
            block += one.recv(65536)
        other.sendall(block)
    except OSError:
        return False
    return bool(block)


@pytest.fixture
def door(postgres: str, tmp_path: Path) -> Iterator[Door]:
    certify(tmp_path, "database")
    with Door(tmp_path, postgres) as made:
        threading.Thread(target=made.serve_forever, args=(0.1,), daemon=True).start()
        yield made
        made.shutdown()


async def test_what_we_ask_and_what_we_listen_to_goes_by_tls(door: Door) -> None:
    database, live = Database(door.url()), Live(door.url())
    listening = asyncio.create_task(live.run())
    try:
        async with database.transaction() as connection:
            assert await connection.fetchval("SELECT 6 * 7") == 42
        async with asyncio.timeout(60):
            while door.inside < 2:  # noqa: ASYNC110 - the door is no part of ours that could tell
                await asyncio.sleep(0.05)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await database.close()


@pytest.mark.parametrize("wrong", ["another authority", "another name"])
async def test_who_cannot_prove_who_it_is_is_not_spoken_to(door: Door, wrong: str) -> None:
    other = door.folder / "other"
    other.mkdir()
    certify(other)
    url = door.url("other/ca.pem") if wrong == "another authority" else door.url().replace("127.0.0.1", "localhost")
    database = Database(url)
    with pytest.raises(Unavailable, match="CERTIFICATE_VERIFY_FAILED"):
        async with database.reading():
            pass
    await database.close()
    assert not door.inside


async def test_a_way_without_tls_is_not_taken(postgres: str) -> None:
    """The server behind has none: who wants to be sure does not go on without."""
    with pytest.raises((ConnectionError, asyncpg.PostgresError), match="SSL"):
        await asyncpg.connect(f"{postgres}?sslmode=require", timeout=10)
