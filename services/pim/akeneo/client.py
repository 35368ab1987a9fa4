"""Requests to Akeneo's REST API: limits waited for, outages tried again, expired tokens renewed, pages followed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from runtime import outage
from runtime.outage import Unavailable
from services.pim.akeneo.tokens import Login, Tokens
from services.pim.asking import TIMEOUT, TRIES, Answer, asked, seconds
from services.pim.source import NotAllowed, Refused

API = "/api/rest/v1"
NAME = "Akeneo"
AT_ONCE = 3
"""Akeneo answers four requests of one connection at once; one is left for people who try things."""
PAGE = 100
LONGEST_S = 120.0
"""What a `Retry-After` may ask of us at once."""
COLLECTION = "application/vnd.akeneo.collection+json"
Item = dict[str, Any]


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
        found: Item | None = None if answer.status == 404 else _good(answer).json(NAME)
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
        token = ""

        async def ask() -> Answer:
            nonlocal token
            token = await self._tokens.bearer()
            headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
            if content_type:
                headers["Content-Type"] = content_type
            body = data() if data else None  # a form is sent once: each try makes its own
            async with (
                self._gate,
                self._session.request(
                    method, self._login.url + path, params=params, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                return await Answer.of(response)

        def again(answer: Answer, attempt: int) -> float | None:
            if answer.status == 401 and attempt < TRIES:
                self._tokens.refused(token)
                return 0.0
            if answer.status in (401, 403):
                raise _not_allowed(answer, method, path)
            if answer.status == 429:
                return min(seconds(answer.headers, "retry-after"), LONGEST_S) or outage.backoff(attempt)
            return outage.backoff(attempt) if answer.status >= 500 else None

        return await asked(NAME, f"{method} {path}", ask, again, writes=method != "GET")


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
