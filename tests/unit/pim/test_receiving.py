"""The server of all webhooks: a port that somebody holds is named with its cure."""

import socket
from asyncio import open_connection
from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from services.pim import receiving
from services.pim.akeneo import hooks as akeneo
from services.pim.refusals import Refusals
from services.pim.wisepim import hooks as wisepim


async def heard(*_: object) -> None:
    raise AssertionError("it is not signed")


async def broken(_: web.Request) -> web.Response:
    raise KeyError("slip")


async def posted(server: BaseTestServer, path: str, headers: Sequence[bytes]) -> bytes:
    """The first line of the answer to what no client library would send."""
    reader, writer = await open_connection(server.host, server.port)
    lines = [f"POST {path} HTTP/1.1".encode(), b"Host: x", b"Content-Length: 2", b"Connection: close", *headers]
    writer.write(b"\r\n".join([*lines, b"", b"{}"]))
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n")[0]


async def test_bytes_that_are_no_text_sign_nothing() -> None:
    refusals = Refusals()
    routes = [*akeneo.routes(("new",), heard), *wisepim.routes(wisepim.Deps("X-Signature", ("new",), heard))]
    async with TestServer(receiving.app(routes, refusals)) as server:
        for path, header in ((akeneo.PATH, b"X-Akeneo-Signature-Primary"), (wisepim.PATH, b"X-Signature")):
            assert b" 401 " in await posted(server, path, [header + b": \xff\xfe"])
    assert {system: one["count"] for system, one in refusals.report().items()} == {
        "akeneo signatures": 1,
        "wisepim signatures": 1,
    }


async def test_our_own_error_is_told_as_a_refusal() -> None:
    refusals = Refusals()
    async with TestServer(receiving.app([web.post("/webhooks/any", broken)], refusals)) as server:
        assert b" 500 " in await posted(server, "/webhooks/any", [])
    assert "slip" in str(refusals.report()["any"]["cause"])


async def test_a_taken_port_is_named_with_its_cure() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        async with AsyncExitStack() as stack:
            with pytest.raises(RuntimeError, match=rf"127\.0\.0\.1:{port}: Address already.*PACKSHOT_HOOKS_PORT"):
                await receiving.serve(stack, [], "127.0.0.1", port, Refusals())
