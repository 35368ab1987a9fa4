"""Connections that lead to the internet alone: what a name leads to, and each address, is looked at before it is asked.

Refusals name no address: who gives us a name is not told what it is in our own network.
"""

import errno
import socket
from collections.abc import Callable

from aiohttp import AddrInfoType, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from runtime.outbound import CURE, WEBHOOKS, is_public


class Inside(OSError):
    """A name leads into our own network."""

    def __init__(self, cause: str) -> None:
        super().__init__(errno.EACCES, cause)  # aiohttp tells the second of an OSError, and nothing where it has one

    def __str__(self) -> str:
        return str(self.strerror)


class GuardedResolver(AbstractResolver):
    """Resolves only names that lead to the internet alone."""

    def __init__(self, resolver: AbstractResolver | None = None, *, setting: str = WEBHOOKS) -> None:
        self._inner, self._cure = resolver or ThreadedResolver(), CURE.format(setting=setting)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """See aiohttp. Raises Inside, which its caller tells as a failed connection."""
        found = await self._inner.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise Inside(f"{host} leads into a private network. {self._cure}")
        return found

    async def close(self) -> None:
        """Nothing is kept."""
        await self._inner.close()


def connector(
    *,
    private: bool,
    setting: str = WEBHOOKS,
    resolver: AbstractResolver | None = None,
    may: Callable[[str], bool] = is_public,
    limit_per_host: int = 0,
    force_close: bool = False,
) -> TCPConnector:
    """Of a session. private: our own network is allowed; may: whether an IP address may be connected to.

    No resolver is asked about an address that stands in the URL, so each is looked at again before its socket is made.
    """

    def guarded(info: AddrInfoType) -> socket.socket:
        if not may(str(info[4][0])):
            raise Inside(f"It leads into a private network. {CURE.format(setting=setting)}")
        return socket.socket(*info[:3])

    return TCPConnector(
        resolver=resolver or (ThreadedResolver() if private else GuardedResolver(setting=setting)),
        socket_factory=None if private else guarded,
        use_dns_cache=False,
        limit_per_host=limit_per_host,
        force_close=force_close,
    )
