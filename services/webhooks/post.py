"""One POST to an endpoint: bounded in time, led nowhere else, and never into our own network."""

import aiohttp

from runtime.guarded import connector
from runtime.outbound import NotAllowed, check

PATIENCE_S = 10.0
"""For the whole answer: receivers are to take a message at once and work on it later."""
SMALL = 64 * 1024
"""Of an answer's body so much is read, that the connection can be used again."""
AGENT = "Packshot-Webhooks/1"


class Poster:
    """`private`: see `check`."""

    def __init__(self, *, private: bool = False, patience_s: float = PATIENCE_S) -> None:
        self._private, self._patience_s = private, patience_s
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> str | None:
        """None where it was taken (2xx), else why not."""
        try:
            check(url, private=self._private)
            async with self._open().post(url, data=body, headers=headers, allow_redirects=False) as answer:
                await answer.content.read(SMALL)
                taken = 200 <= answer.status < 300
                return None if taken else f"It answers {answer.status} {answer.reason or ''}".strip()
        except TimeoutError:
            return f"It did not answer within {self._patience_s:.0f} s"
        except (aiohttp.ClientError, NotAllowed, OSError) as error:
            return str(error) or type(error).__name__

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=connector(private=self._private, limit_per_host=8),
                timeout=aiohttp.ClientTimeout(total=self._patience_s),
                headers={"User-Agent": AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def close(self) -> None:
        """End its connections."""
        if self._session:
            await self._session.close()
