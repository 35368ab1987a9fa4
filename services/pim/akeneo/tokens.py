"""OAuth2 of Akeneo: a token by password, renewed by its refresh token before and after it expires."""

import asyncio
import time
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from runtime.outage import Unavailable
from services.pim.asking import unreached
from services.pim.source import NotAllowed

PATH = "/api/oauth/v1/token"
EARLY_S = 60.0
"""So long before it expires a token is renewed: the PIM's clock is not ours."""


@dataclass(frozen=True)
class Login:
    """What a connection in Akeneo shows under *Connection settings*."""

    url: str
    client_id: str
    secret: str = field(repr=False)
    user: str
    password: str = field(repr=False)


class Tokens:
    """One connection's token. Many may ask at once; one renews."""

    def __init__(self, login: Login, session: aiohttp.ClientSession) -> None:
        self._login, self._session = login, session
        self._access, self._refresh, self._until = "", "", 0.0
        self._busy = asyncio.Lock()

    async def bearer(self) -> str:
        """A token that holds. Raises NotAllowed, Unavailable."""
        async with self._busy:
            if not self._access or time.monotonic() > self._until:
                await self._renew()
            return self._access

    def refused(self, token: str) -> None:
        """The PIM did not take it: the next who asks gets another."""
        if token == self._access:
            self._access = ""

    async def _renew(self) -> None:
        answer = None
        if self._refresh:
            answer = await self._ask({"grant_type": "refresh_token", "refresh_token": self._refresh})
        if answer is None:
            own = {"username": self._login.user, "password": self._login.password}
            answer = await self._ask({"grant_type": "password", **own})
        if answer is None:
            cure = "Compare PACKSHOT_AKENEO_CLIENT_ID, _SECRET, _USER and _PASSWORD with the connection in Akeneo."
            raise NotAllowed(f"Akeneo at {self._login.url} does not know this connection.", cure)
        self._access, self._refresh = answer["access_token"], answer.get("refresh_token", "")
        lasts = float(answer.get("expires_in", 3600))
        self._until = time.monotonic() + max(lasts - EARLY_S, lasts / 2)

    async def _ask(self, body: dict[str, str]) -> dict[str, Any] | None:
        """None where the PIM says no."""
        pair = f"{self._login.client_id}:{self._login.secret}"
        headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        try:
            async with self._session.post(
                self._login.url + PATH, json=body, headers=headers, allow_redirects=False
            ) as answer:
                if 300 <= answer.status < 400:
                    cause = f"Akeneo at {self._login.url} says that it is at {answer.headers.get('location')}."
                    raise NotAllowed(cause, "Give that address, without its path, as PACKSHOT_AKENEO_URL.")
                if answer.status in (400, 401, 403, 422):
                    self._refresh = ""
                    return None
                answer.raise_for_status()
                found: dict[str, Any] = await answer.json()
                return found if found.get("access_token") else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unavailable(f"Akeneo: no token: {unreached(error)}") from error
