"""What is connected to is the internet, whatever a name leads to and whatever stands in the URL."""

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from runtime.guarded import GuardedResolver, Inside, connector
from services.webhooks.post import Poster
from tests.unit.runtime.spellings import OURS


class Names(AbstractResolver):
    """Leads everywhere to these."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = {"hostname": host, "port": port, "family": family, "proto": 0, "flags": 0}
        return [ResolveResult(host=one, **found) for one in self.addresses]  # type: ignore[typeddict-item]

    async def close(self) -> None:
        """Nothing."""


class Listener:
    """Counts who comes."""

    def __init__(self) -> None:
        self.came, self.port = 0, 0

    async def take(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        writer.close()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = Listener()
    server = await asyncio.start_server(made.take, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


async def test_a_name_that_leads_into_our_network_is_refused_when_it_is_connected_to() -> None:
    assert await GuardedResolver(Names("93.184.215.14")).resolve("shop.example.com", 443)
    for bad in (("127.0.0.1",), ("93.184.215.14", "169.254.169.254"), ("::ffff:10.0.0.1",), ("fe80::1%eth0",)):
        with pytest.raises(Inside, match="private") as refused:
            await GuardedResolver(Names(*bad)).resolve("shop.example.com", 443)
        assert not any(one in str(refused.value) for one in bad), "nobody is told what is inside"
    with pytest.raises(Inside, match="private"):
        await GuardedResolver().resolve("127.1", 443)


@pytest.mark.parametrize("host", ["127.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①", "[::ffff:127.0.0.1]"])
async def test_an_address_in_the_url_is_refused_before_anything_is_sent(listener: Listener, host: str) -> None:
    """No resolver is asked about those, and here none has looked at the text."""
    async with aiohttp.ClientSession(connector=connector(private=False)) as session:
        with pytest.raises(aiohttp.ClientConnectorError, match="private network") as refused:
            await session.get(f"https://{host}:{listener.port}/")
        assert isinstance(refused.value.os_error, Inside)
    assert not listener.came
    async with aiohttp.ClientSession(connector=connector(private=True)) as session:
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"https://127.0.0.1:{listener.port}/")
    assert listener.came, "the listener is heard where that is allowed"


@pytest.mark.parametrize("url", OURS)
async def test_no_webhook_is_sent_into_our_network(listener: Listener, url: str) -> None:
    poster = Poster()
    try:
        said = await poster(url.replace(":18443", f":{listener.port}"), {}, b"{}")
    finally:
        await poster.close()
    assert said and "answers" not in said and not listener.came
