"""One file from an address of the web: bounded in size and time, and never from our own network.

Each address is looked at before it is asked, redirects too, and what its name leads to when it is connected to: the
connection goes to the very address that was looked at. What comes is not opened here; ingest knows it by its content.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver

from runtime.guarded import Inside, connector
from runtime.outbound import NotAllowed, check, is_public

PRIVATE = "PACKSHOT_IMPORT_PRIVATE"
MOST_REDIRECTS = 5
SILENCE_S = 30.0
"""So long nothing may come."""
BLOCK = 256 * 1024
AGENT = "Packshot-Import/1"
MOVED = (301, 302, 303, 307, 308)
LATER = (408, 425, 429, 500, 502, 503, 504)


class Refused(Exception):
    """It is not fetched: cause and cure, for people. again: another try may find it."""

    def __init__(self, cause: str, cure: str, *, again: bool = False) -> None:
        super().__init__(cause)
        self.cause, self.cure, self.again = cause, cure, again


class Fetcher:
    """private: our own network is allowed, and plain HTTP. most: bytes of a file; seconds: for all of one.

    allowed: raises NotAllowed about a URL; may: whether an IP address may be connected to.
    """

    def __init__(
        self,
        *,
        private: bool,
        most: int,
        seconds: float,
        allowed: Callable[[str], object] | None = None,
        resolver: AbstractResolver | None = None,
        may: Callable[[str], bool] = is_public,
    ) -> None:
        self._allowed = allowed or (lambda url: check(url, private=private, setting=PRIVATE))
        self._connector = partial(connector, private=private, setting=PRIVATE, resolver=resolver, may=may)
        self._most, self._seconds = most, seconds

    async def __call__(self, url: str, path: Path) -> int:
        """Write it to `path`; returns how many bytes that are. Raises Refused."""
        try:
            async with asyncio.timeout(self._seconds), self._session() as session:
                return await self._fetch(session, url, path)
        except NotAllowed as error:
            raise Refused(str(error), "Name another address, or upload the file.") from error
        except TimeoutError as error:
            cause = f"It did not come whole within {self._seconds:.0f} s, or nothing came for {SILENCE_S:.0f} s."
            raise Refused(cause, "Ask again later, or upload the file.", again=True) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            why = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
            said = (str(why) or type(why).__name__).rstrip(".")
            again = not isinstance(why, Inside | aiohttp.InvalidURL)
            raise Refused(
                f"It cannot be reached: {said}.", "Look whether the address is right.", again=again
            ) from error

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=self._connector(force_close=True),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=SILENCE_S, sock_read=SILENCE_S),
            headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def _fetch(self, session: aiohttp.ClientSession, url: str, path: Path) -> int:
        for _ in range(MOST_REDIRECTS + 1):
            self._allowed(url)
            async with session.get(url, allow_redirects=False) as answer:
                if answer.status in MOVED and "Location" in answer.headers:
                    url = _led_to(url, answer.headers["Location"])
                    continue
                self._must_be_a_file(answer)
                return await self._written(answer, path)
        raise Refused(f"It leads on more than {MOST_REDIRECTS} times.", "Name the address that it leads to.")

    def _must_be_a_file(self, answer: aiohttp.ClientResponse) -> None:
        if answer.status != 200:
            cause = f"Its server answers {answer.status} {answer.reason or ''}".strip()
            raise Refused(f"{cause}.", "Open the address to see what is there.", again=answer.status in LATER)
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise Refused("It is sent compressed, though that was not asked for.", "Upload the file.")
        if (answer.content_length or 0) > self._most:
            raise self._too_large()

    async def _written(self, answer: aiohttp.ClientResponse, path: Path) -> int:
        came = 0
        with path.open("wb") as file:
            async for block in answer.content.iter_chunked(BLOCK):
                came += len(block)
                if came > self._most:
                    raise self._too_large()
                await asyncio.to_thread(file.write, block)
        if not came:
            raise Refused("It is empty.", "Look whether the address is right.")
        return came

    def _too_large(self) -> Refused:
        return Refused(f"It has more than {self._most:,} bytes.", "Upload it, or raise PACKSHOT_IMPORT_BYTES.")


def _led_to(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise Refused(f"It leads on to what is no address: {error}.", "Name the address that it leads to.") from error
