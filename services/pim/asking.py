"""A question to a PIM, asked again while it is away or says that it is too much; what it answers, read whole."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from runtime import outage
from runtime.at_work import bounded
from runtime.outage import Unavailable

TRIES = 6
UNDONE = 503
"""It says that it does nothing just now."""
TIMEOUT = aiohttp.ClientTimeout(total=90, connect=10)


@dataclass(frozen=True)
class Answer:
    """What came back. Names of headers are in small letters."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    def json(self, system: str) -> Any:
        """Raises Unavailable for half an answer."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Unavailable(f"{system}: an answer that is no JSON: {error}") from error

    @classmethod
    async def of(cls, response: aiohttp.ClientResponse) -> "Answer":
        """Read it whole."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        return cls(response.status, await response.read(), headers)


Again = Callable[[Answer, int], float | None]
"""(answer, which try it was) → seconds until it is asked again, None where the answer counts. May raise."""


async def asked(
    system: str, what: str, ask: Callable[[], Awaitable[Answer]], again: Again, *, writes: bool = False
) -> Answer:
    """The answer that counts. Raises Unavailable after the last try, and what `again` raises.

    writes: it changes something, and what has broken off may have been done. It is not asked again here: whoever wants
    it looks first.
    """
    last = ""
    with bounded():  # by its tries, and by what a PIM may bid us wait
        for attempt in range(1, TRIES + 1):
            wait_s = outage.backoff(attempt)
            try:
                answer = await ask()
            except (aiohttp.ClientError, TimeoutError) as error:
                last = unreached(error)
                if writes and not isinstance(error, aiohttp.ClientConnectorError):
                    raise Unavailable(f"{system}: {what}: {last}; it may have been done") from error
            else:
                if (wanted := again(answer, attempt)) is None:
                    return answer
                last, wait_s = str(answer.status), wanted
                if writes and answer.status >= 500 and answer.status != UNDONE:
                    raise Unavailable(f"{system}: {what}: {last}; it may have been done")
            await asyncio.sleep(wait_s)
    raise Unavailable(f"{system}: {what}: {last}, {TRIES} times")


def unreached(error: aiohttp.ClientError | TimeoutError | ValueError) -> str:
    """What failed, in words: `pim.example:443 cannot be reached (Connection refused)`."""
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno
        why = os.strerror(number) if number and number > 0 else str(error.os_error.strerror or error.os_error)
        return f"{error.host}:{error.port} cannot be reached ({why})"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__


def seconds(headers: Mapping[str, str], *names: str) -> float:
    """The first of these headers that is a number of seconds; 0 where none is."""
    return next((float(headers[name]) for name in names if headers.get(name, "").isdecimal()), 0.0)
