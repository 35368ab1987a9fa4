"""Requests to Akeneo's REST API: limits waited for, outages tried again, expired tokens renewed, pages followed."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from runtime import outage
from runtime.outage import Unavailable
from services.pim.akeneo.tokens import Login, Tokens
from services.pim.source import NotAllowed, Refused

log = logging.getLogger(__name__)
API = "/api/rest/v1"
AT_ONCE = 3
"""Akeneo answers four requests of one connection at once; one is left for people who try things."""
PAGE = 100
TRIES = 6
LONGEST_S = 120.0
"""What a `Retry-After` may ask of us at once."""
TIMEOUT = aiohttp.ClientTimeout(total=90, connect=10)
COLLECTION = "application/vnd.akeneo.collection+json"
Item = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came back, read whole."""

    status: int
    body: bytes
    headers: dict[str, str]

    def json(self) -> Any:
        """Raises Unavailable for half an answer."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Unavailable(f"Akeneo: an answer that is no JSON: {error}") from error


class Client:
    """One connection. `async with` it."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def __aenter__(self) -> "Client":
        # No redirects and no proxies of the environment: the token goes to the address that was given.
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        self._tokens = Tokens(self._login, self._session)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(self, path: str, params: dict[str, str] | None = None) -> Item | None:
        """One resource; None where there is none. Raises Unavailable, NotAllowed, Refused."""
        answer = await self._request("GET", path, params=params)
        found: Item | None = None if answer.status == 404 else _good(answer).json()
        return found

    async def head_date(self) -> str:
        """The PIM's own clock, as HTTP writes it."""
        return (await self._request("GET", f"{API}/categories", params={"limit": "1"})).headers.get("date", "")

    async def pages(self, path: str, params: dict[str, str]) -> AsyncIterator[list[Item]]:
        """Page after page by the PIM's own links. Raises Unavailable where it leads in a circle or breaks off."""
        seen: set[str] = set()
        answer = await self.get(path, {"limit": str(PAGE), **params})
        while True:
            try:
                items, link = answer["_embedded"]["items"], answer["_links"].get("next")  # type: ignore[index]
            except (KeyError, TypeError) as error:
                raise Unavailable(f"Akeneo: a page of {path} without items or links") from error
            yield items
            if link is None:
                return
            # Behind a proxy Akeneo names itself as it sees itself; and a token goes nowhere else.
            parts = urlsplit(link["href"])
            following = f"{parts.path}?{parts.query}"
            if following in seen:
                raise Unavailable(f"Akeneo: the pages of {path} lead in a circle")
            seen.add(following)
            answer = await self.get(following)

    async def patch(self, path: str, lines: Sequence[Item]) -> list[Item]:
        """Many changes at once; the answer to each, in their order. Raises Unavailable, NotAllowed, Refused."""
        body = "\n".join(json.dumps(line) for line in lines).encode()
        answer = _good(await self._request("PATCH", path, data=lambda: body, content_type=COLLECTION))
        try:
            said = {line["line"]: line for line in map(json.loads, answer.body.splitlines())}
            return [said[number] for number in range(1, len(lines) + 1)]
        except (ValueError, KeyError, TypeError) as error:
            raise Unavailable(f"Akeneo: {len(lines)} changes were answered in part") from error

    async def change(self, path: str, item: Item) -> None:
        """Create or change one. Raises Unavailable, NotAllowed, Refused."""
        body = json.dumps(item).encode()
        _good(await self._request("PATCH", path, data=lambda: body, content_type="application/json"))

    async def upload(
        self, path: str, name: str, body: bytes, media_type: str, fields: dict[str, str]
    ) -> Mapping[str, str]:
        """POST a file with its fields; returns the answer's headers. Raises Unavailable, NotAllowed, Refused."""

        def form() -> aiohttp.FormData:
            data = aiohttp.FormData()
            for field, value in fields.items():
                data.add_field(field, value)
            data.add_field("file", body, filename=name, content_type=media_type)
            return data

        return _good(await self._request("POST", path, data=form)).headers

    async def _request(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        data: Callable[[], Any] | None = None,
        content_type: str = "",
    ) -> Answer:
        last = ""
        for attempt in range(1, TRIES + 1):
            token = await self._tokens.bearer()
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            if content_type:
                headers["Content-Type"] = content_type
            try:
                async with self._gate:
                    answer = await self._once(method, path, headers, params, data)
            except (aiohttp.ClientError, TimeoutError) as error:
                last = repr(error)
            else:
                if answer.status == 401 and attempt < TRIES:
                    self._tokens.refused(token)
                    last = "401"
                    continue
                if answer.status not in (401, 403, 429) and answer.status < 500:
                    return answer
                if answer.status in (401, 403):
                    raise _not_allowed(answer, method, path)
                last = str(answer.status)
                if answer.status == 429:
                    await asyncio.sleep(_asked_to_wait(answer) or outage.backoff(attempt))
                    continue
            await asyncio.sleep(outage.backoff(attempt))
        raise Unavailable(f"Akeneo: {method} {path}: {last}, {TRIES} times")

    async def _once(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        params: dict[str, str] | None,
        data: Callable[[], Any] | None,
    ) -> Answer:
        body = data() if data else None  # a form is sent once: each try makes its own
        url = self._login.url + path
        async with self._session.request(
            method, url, params=params, data=body, headers=headers, allow_redirects=False
        ) as answer:
            named = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, await answer.read(), named)


def _asked_to_wait(answer: Answer) -> float:
    wanted = answer.headers.get("retry-after", "")
    return min(float(wanted), LONGEST_S) if wanted.isdecimal() else 0.0


def refused(cause: str) -> Refused:
    """What it says no to, with the cure."""
    return Refused(cause, "Compare the mapping file with the attributes, locales and channels of the PIM.")


def _good(answer: Answer) -> Answer:
    if answer.status >= 300:
        raise refused(f"Akeneo answers {answer.status}: {told(answer.body)}")
    return answer


def _not_allowed(answer: Answer, method: str, path: str) -> NotAllowed:
    cause = f"Akeneo answers {answer.status} to {method} {path.partition('?')[0]}: {told(answer.body)}"
    return NotAllowed(cause, "Give the connection's user the rights for it: read, and for write-back edit, by the API.")


def told(body: bytes | Item) -> str:
    """Akeneo's own words of an error, in one line."""
    try:
        said = body if isinstance(body, dict) else json.loads(body)
    except ValueError:
        return (body[:200] if isinstance(body, bytes) else b"").decode(errors="replace")
    errors = [f"{e.get('attribute') or e.get('property', '')}: {e.get('message', '')}" for e in said.get("errors", [])]
    return "; ".join([str(said.get("message", "")), *errors])[:500]
