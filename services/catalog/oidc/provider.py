"""The identity provider as it is asked: its discovery document, its keys, and its answers."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import jwt
from pydantic import BaseModel, ValidationError

from runtime.outage import Unavailable
from services.catalog.oidc.port import BadToken

log = logging.getLogger(__name__)
KEPT_S = 3600.0
"""So long a key that the provider has withdrawn may open still."""
AGAIN_S = 10.0
"""Unknown keys are asked for at most so often: anybody can send a token that names one."""
TIMEOUT = aiohttp.ClientTimeout(total=10)
MOST_BYTES = 1_000_000
WELL_KNOWN = "/.well-known/openid-configuration"


class Discovered(BaseModel):
    """Of the discovery document what is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


class Provider:
    """One issuer. Documents and keys are kept for an hour; unknown keys are looked for at once. `clock`: seconds."""

    def __init__(self, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._clock = issuer, clock
        self._session: aiohttp.ClientSession | None = None
        self._known: Discovered | None = None
        self._keys: list[Mapping[str, Any]] = []
        self._known_at = self._keys_at = -KEPT_S
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Lets go of its connections."""
        if self._session:
            await self._session.close()

    async def discovered(self) -> Discovered:
        """Where its endpoints are. Raises Unavailable."""
        if self._known is None or self._clock() - self._known_at >= KEPT_S:
            async with self._turn:
                await self._discover()
        assert self._known is not None  # noqa: S101 - or it was Unavailable
        return self._known

    async def key(self, kid: str | None, algorithm: str) -> jwt.PyJWK:
        """The key that signs so, asked for anew where none is known. Raises BadToken, Unavailable."""
        where = (await self.discovered()).jwks_uri
        async with self._turn:
            since, found = self._clock() - self._keys_at, _among(self._keys, kid, algorithm)
            if since >= KEPT_S or (found is None and since >= AGAIN_S):
                await self._fetch_keys(where)
                found = _among(self._keys, kid, algorithm)
        if found is None:
            raise BadToken("The identity provider has no such key.")
        return found

    async def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, Any]:
        """(status, JSON) that it answers to a form. Raises Unavailable."""
        return await self._ask(lambda session: session.post(url, data=form, headers=headers, **_ONCE))

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        """(status, JSON) that lies there. Raises Unavailable."""
        return await self._ask(lambda session: session.get(url, headers=headers, **_ONCE))

    async def _discover(self) -> None:
        if self._known and self._clock() - self._known_at < KEPT_S:
            return  # who waited for the same turn has it
        status, found = await self.get(self._issuer.rstrip("/") + WELL_KNOWN)
        try:
            known = Discovered.model_validate(found)
        except ValidationError as error:
            raise Unavailable(f"identity provider {self._issuer}: {status}, no discovery document") from error
        if known.issuer != self._issuer:
            raise Unavailable(
                f"identity provider {self._issuer}: it calls itself {known.issuer}. Set PACKSHOT_OIDC_ISSUER to that."
            )
        self._known, self._known_at = known, self._clock()

    async def _fetch_keys(self, where: str) -> None:
        try:
            status, found = await self.get(where)
            keys = found.get("keys") if isinstance(found, dict) else None
            if not isinstance(keys, list):
                raise Unavailable(f"identity provider {self._issuer}: {status}, no keys at {where}")
        except Unavailable as error:
            if not self._keys:
                raise
            log.warning("the keys of before are used: %s", error)
        else:
            self._keys = [key for key in keys if isinstance(key, dict)]
        self._keys_at = self._clock()

    async def _ask(self, ask: Callable[[aiohttp.ClientSession], Any]) -> tuple[int, Any]:
        self._session = self._session or aiohttp.ClientSession(timeout=TIMEOUT)
        try:
            async with ask(self._session) as answer:
                body = await _bounded(answer)
                return answer.status, json.loads(body)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unavailable(f"identity provider {self._issuer}: {error!r}") from error


_ONCE: dict[str, Any] = {"allow_redirects": False}


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for block in answer.content.iter_chunked(65_536):
        body += block
        if len(body) > MOST_BYTES:
            raise ValueError(f"its answer has over {MOST_BYTES} bytes")
    return body


def _among(keys: list[Mapping[str, Any]], kid: str | None, algorithm: str) -> jwt.PyJWK | None:
    """The key of that id; without an id the only one that can have signed so."""
    fitting = [key for key in keys if _may_sign(key, algorithm) and kid in (None, key.get("kid"))]
    if len(fitting) != 1:
        return None
    try:
        return jwt.PyJWK(dict(fitting[0]), algorithm)
    except jwt.PyJWTError as error:
        raise BadToken(f"The identity provider's key cannot be used: {error}.") from error


_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}


def _may_sign(key: Mapping[str, Any], algorithm: str) -> bool:
    return (
        key.get("kty") == _TYPES[algorithm[:2]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
    )
