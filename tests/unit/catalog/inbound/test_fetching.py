"""A file is fetched from the web, and from nowhere else, whatever leads there."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from runtime.guarded import GuardedResolver
from runtime.outbound import check
from services.catalog.inbound import fetching
from services.catalog.inbound.fetching import Fetcher, Refused
from tests.unit.runtime.spellings import OURS

INSIDE = [
    "http://127.0.0.1/", "https://127.0.0.1/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://0.0.0.0/", "https://[::1]/",
    "https://[fe80::1]/", "https://[fd00::1]/", "https://[::ffff:10.0.0.1]/", "https://[::127.0.0.1]/",
    "https://[64:ff9b::10.0.0.1]/", "https://[64:ff9b:1::10.0.0.1]/", "https://[2002:a00:1::]/", "https://localhost/",
    "file:///etc/passwd", "ftp://files.example.com/a.jpg", "gopher://files.example.com/", "//127.0.0.1/",
    *OURS,
]  # fmt: skip


class Names(AbstractResolver):
    """Leads everywhere to these, one after the other."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        one = self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]
        return [ResolveResult(hostname=host, host=one, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing."""


async def _loop(request: web.Request) -> web.Response:
    raise web.HTTPFound(f"/loop?{request.query_string}x")


async def _to(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": request.query["where"]})  # as it is: others mend it


async def _endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b"x" * 1000)


async def _short(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "10"})
    await answer.prepare(request)
    await answer.write(b"x")
    assert request.transport is not None
    request.transport.close()
    return answer


def _says(**how: object) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(**how)  # type: ignore[arg-type]

    return answer


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    app, stop = web.Application(), asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "10"})
        await answer.prepare(request)
        await answer.write(b"x")
        await stop.wait()
        return answer

    app.router.add_get("/a.jpg", _says(body=b"jpeg!"))
    app.router.add_get("/large", _says(body=b"x" * 2000))
    app.router.add_get("/empty", _says(body=b""))
    app.router.add_get("/gone", _says(status=404))
    app.router.add_get("/busy", _says(status=503))
    app.router.add_get("/bomb", _says(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"}))
    for path, how in (("/loop", _loop), ("/to", _to), ("/endless", _endless), ("/silent", silent), ("/short", _short)):
        app.router.add_get(path, how)
    made = TestServer(app, host="127.0.0.1")
    await made.start_server()
    yield made
    stop.set()
    await made.close()


def fetcher(server: TestServer, **more: object) -> Fetcher:
    """Its first address may be this server's; wherever that leads is looked at as always."""
    own = f"http://127.0.0.1:{server.port}/"

    def allowed(url: str) -> object:
        return url if url.startswith(own) else check(url, private=False)

    how: dict[str, object] = {"most": 1000, "seconds": 20.0, "allowed": allowed, "may": "127.0.0.1".__eq__, **more}
    return Fetcher(private=False, **how)  # type: ignore[arg-type]


async def test_what_is_there_comes(server: TestServer, tmp_path: Path) -> None:
    for place in ("/a.jpg", "/to?where=/a.jpg"):
        assert await fetcher(server)(f"http://127.0.0.1:{server.port}{place}", tmp_path / "x") == 5
        assert (tmp_path / "x").read_bytes() == b"jpeg!"


@pytest.mark.parametrize("where", INSIDE)
async def test_nothing_leads_into_our_network(server: TestServer, tmp_path: Path, where: str) -> None:
    with pytest.raises(Refused):
        await Fetcher(private=False, most=1000, seconds=5)(where, tmp_path / "x")
    with pytest.raises(Refused) as refused:
        await fetcher(server)(f"http://127.0.0.1:{server.port}/to?where={quote(where)}", tmp_path / "x")
    assert refused.value.cause and refused.value.cure and not refused.value.again
    assert not (tmp_path / "x").exists()


async def test_a_name_that_leads_elsewhere_by_then_is_refused(server: TestServer, tmp_path: Path) -> None:
    """What is connected to is what was looked at: a second answer of the name server counts for nothing."""
    url = f"http://rebind.example.com:{server.port}/a.jpg"
    for names in (Names("127.0.0.1"), Names("::ffff:127.0.0.1"), Names("64:ff9b::7f00:1")):
        guarded = fetcher(server, allowed=lambda _: None, resolver=GuardedResolver(names))
        with pytest.raises(Refused, match="private network") as refused:
            await guarded(url, tmp_path / "x")
        assert not refused.value.again
    names = Names("93.184.215.14", "127.0.0.1")
    assert [one["host"] for one in await GuardedResolver(names).resolve("rebind.example.com")] == ["93.184.215.14"]


async def test_an_address_that_slipped_by_is_not_connected_to(server: TestServer, tmp_path: Path) -> None:
    """Whatever the text was taken for: what is connected to is looked at, too."""
    guarded = Fetcher(private=False, most=1000, seconds=5, allowed=lambda _: None)
    with pytest.raises(Refused, match="private network") as refused:
        await guarded(f"http://127。0。0。1:{server.port}/a.jpg", tmp_path / "x")
    assert not refused.value.again


@pytest.mark.parametrize(
    ("place", "said", "again"),
    [
        ("/large", "more than 1,000 bytes", False),
        ("/endless", "more than 1,000 bytes", False),
        ("/empty", "It is empty", False),
        ("/gone", "answers 404", False),
        ("/busy", "answers 503", True),
        ("/bomb", "sent compressed", False),
        ("/loop", "leads on more than 5 times", False),
        ("/short", "cannot be reached", True),
        ("/silent", "did not come whole", True),
    ],
)
async def test_it_is_bounded_and_says_why(
    server: TestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, said: str, again: bool
) -> None:
    monkeypatch.setattr(fetching, "SILENCE_S", 1.0)
    with pytest.raises(Refused, match=said) as refused:
        await fetcher(server)(f"http://127.0.0.1:{server.port}{place}", tmp_path / "x")
    assert refused.value.again is again and refused.value.cure


async def test_all_of_it_has_its_time(server: TestServer, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"within 0 s"):
        await fetcher(server, seconds=0.3)(f"http://127.0.0.1:{server.port}/silent", tmp_path / "x")
