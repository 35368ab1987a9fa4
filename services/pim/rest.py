"""Questions to a PIM by a key that does not expire: limits waited for, outages tried again."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from runtime import outage
from runtime.outage import Unavailable
from services.pim.source import NotAllowed, Refused

TRIES = 6
LONGEST_S = 60.0
"""So long one question waits for a limit; where it lasts longer, the poller asks again later."""
AT_ONCE = 3
TIMEOUT = aiohttp.ClientTimeout(total=90, connect=10)


@dataclass(frozen=True)
class Access:
    """Where, and as whom. `wait_s`: what a 429's headers ask of us in seconds, 0 where they say nothing."""

    system: str
    url: str
    token: str = field(repr=False)
    cure: str
    """What somebody has to mend where it does not let us in."""
    wait_s: Callable[[Mapping[str, str]], float]


class Rest:
    """One PIM. `async with` it."""

    def __init__(self, access: Access) -> None:
        self._access, self._gate = access, asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> "Rest":
        # No redirects and no proxies of the environment: the key goes to the address that was given.
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """What it says; None for 404. Raises Unavailable, NotAllowed."""
        status, body, _ = await self._asked(path, params or {})
        if status == 404:
            return None
        try:
            return json.loads(body)
        except ValueError as error:
            raise Unavailable(f"{self._access.system}: an answer that is no JSON: {error}") from error

    async def date(self, path: str, params: Mapping[str, str]) -> str:
        """The PIM's own clock, as HTTP writes it; "" where a proxy takes it away."""
        return (await self._asked(path, params))[2].get("date", "")

    async def _asked(self, path: str, params: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
        system, last = self._access.system, ""
        for attempt in range(1, TRIES + 1):
            wait_s = outage.backoff(attempt)
            try:
                async with self._gate:
                    status, body, headers = await self._once(path, params)
            except (aiohttp.ClientError, TimeoutError) as error:
                last = repr(error)
            else:
                if status == 404 or 200 <= status < 300:
                    return status, body, headers
                last = str(status)
                if status == 429:
                    wait_s = self._access.wait_s(headers) or wait_s
                    if wait_s > LONGEST_S:
                        raise Unavailable(f"{system}: its limit is used up for {wait_s:.0f} s; it is asked again then")
                elif status < 500:
                    said = body[:200].decode(errors="replace")
                    no = NotAllowed if status in (401, 403) else Refused
                    raise no(f"{system} answers {status} to GET {path}: {said}", self._access.cure)
            await asyncio.sleep(wait_s)
        raise Unavailable(f"{system}: GET {path}: {last}, {TRIES} times")

    async def _once(self, path: str, params: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
        headers = {"Authorization": f"Bearer {self._access.token}", "Accept": "application/json"}
        url = self._access.url.rstrip("/") + path
        async with self._session.get(url, params=params, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.read(), {k.lower(): v for k, v in answer.headers.items()}


def seconds(headers: Mapping[str, str], *names: str) -> float:
    """The first of these headers that is a number of seconds."""
    return next((float(headers[name]) for name in names if headers.get(name, "").isdecimal()), 0.0)
