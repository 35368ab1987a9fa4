"""Questions to a PIM by a key that does not expire: limits waited for, outages tried again."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from runtime import outage
from runtime.outage import Unavailable
from services.pim.asking import TIMEOUT, Answer, asked
from services.pim.source import NotAllowed, Refused

LONGEST_S = 60.0
"""So long one question waits for a limit; where it lasts longer, the poller asks again later."""
AT_ONCE = 3


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
        answer = await self._asked(path, params or {})
        return None if answer.status == 404 else answer.json(self._access.system)

    async def date(self, path: str, params: Mapping[str, str]) -> str:
        """The PIM's own clock, as HTTP writes it; "" where a proxy takes it away."""
        return (await self._asked(path, params)).headers.get("date", "")

    async def _asked(self, path: str, params: Mapping[str, str]) -> Answer:
        headers = {"Authorization": f"Bearer {self._access.token}", "Accept": "application/json"}
        url = self._access.url.rstrip("/") + path

        async def ask() -> Answer:
            async with (
                self._gate,
                self._session.get(url, params=params, headers=headers, allow_redirects=False) as response,
            ):
                return await Answer.of(response)

        def again(answer: Answer, attempt: int) -> float | None:
            return self._again(answer, attempt, path)

        return await asked(self._access.system, f"GET {path}", ask, again)

    def _again(self, answer: Answer, attempt: int, path: str) -> float | None:
        system, status = self._access.system, answer.status
        if status == 404 or 200 <= status < 300:
            return None
        if status == 429:
            wait_s = self._access.wait_s(answer.headers) or outage.backoff(attempt)
            if wait_s > LONGEST_S:
                raise Unavailable(f"{system}: its limit is used up for {wait_s:.0f} s; it is asked again then")
            return wait_s
        if status < 500:
            said = answer.body[:200].decode(errors="replace")
            no = NotAllowed if status in (401, 403) else Refused
            raise no(f"{system} answers {status} to GET {path}: {said}", self._access.cure)
        return outage.backoff(attempt)
