"""Signing in by an identity provider: OpenID Connect's authorization code with PKCE; and its access tokens."""

import base64
import hashlib
import logging
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

from services.catalog.api.roles import Identity
from services.catalog.config import CatalogSettings
from services.catalog.oidc import tokens
from services.catalog.oidc.port import BadToken, Begun
from services.catalog.oidc.provider import Discovered, Provider
from services.catalog.oidc.roles import Roles, groups_of, identity

log = logging.getLogger(__name__)


class SignIn:
    """One identity provider, and what its groups may here."""

    def __init__(self, settings: CatalogSettings, provider: Provider, roles: Roles) -> None:
        self._settings, self._provider, self._roles = settings, provider, roles

    async def begin(self, redirect: str, to: str) -> tuple[str, Begun]:
        """(where to send the browser, what it keeps). Raises Unavailable."""
        begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), to)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": redirect,
            "scope": self._settings.oidc_scopes,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        where = (await self._provider.discovered()).authorization_endpoint
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", begun

    async def finish(self, begun: Begun, came: Mapping[str, str], redirect: str) -> Identity:
        """Who came back with these parameters. Raises BadToken, NoRole, Unavailable."""
        known = await self._provider.discovered()
        if not secrets.compare_digest(came.get("state", "").encode(), begun.state.encode()):
            raise BadToken("This is not the sign-in that was begun in this browser.")
        issuer = came.get("iss")
        if issuer != known.issuer and (issuer or known.authorization_response_iss_parameter_supported):
            raise BadToken("Another provider answered than the one that was asked.")
        if "code" not in came:
            raise BadToken(f"The provider says {came.get('error', 'nothing')}: {came.get('error_description', '')}")
        given = await self._given(known, came["code"], begun.verifier, redirect)
        said = await self._verified(str(given.get("id_token")), self._settings.oidc_client_id)
        tokens.check_id(said, nonce=begun.nonce, client=self._settings.oidc_client_id)
        if groups_of(said, self._settings.oidc_groups) is None and known.userinfo_endpoint:
            said = {**await self._userinfo(known.userinfo_endpoint, given, said), **said}
        return self._identity(said, by_cookie=True)

    async def by_token(self, authorization: str | None) -> Identity | None:
        """From an `Authorization: Bearer` header with an access token; None if it opens nothing.

        Raises NoRole, and Unavailable while the provider's keys are not to be had.
        """
        kind, _, token = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or token.count(".") != 2 or not self._settings.oidc_audience:
            return None
        try:
            said = await self._verified(token.strip(), self._settings.oidc_audience)
            tokens.check_access(said)
        except BadToken as error:
            log.info("an access token opens nothing: %s", error)
            return None
        return self._identity(said, by_cookie=False)

    def _identity(self, said: Mapping[str, Any], *, by_cookie: bool) -> Identity:
        of = self._settings
        return identity(said, self._roles, groups=of.oidc_groups, name=of.oidc_name, by_cookie=by_cookie)

    async def _verified(self, token: str, audience: str) -> dict[str, Any]:
        key = await self._provider.key(*tokens.header(token))
        return tokens.claims(token, key, issuer=self._settings.oidc_issuer, audience=audience)

    async def _given(self, known: Discovered, code: str, verifier: str, redirect: str) -> dict[str, Any]:
        """Tokens for the code."""
        client, secret = self._settings.oidc_client_id, self._settings.oidc_client_secret
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        headers = {}
        if secret and "client_secret_basic" in known.token_endpoint_auth_methods_supported:
            headers["Authorization"] = aiohttp.encode_basic_auth(quote(client, safe=""), quote(secret, safe=""))
        else:
            form |= {"client_id": client} | ({"client_secret": secret} if secret else {})
        status, given = await self._provider.post(known.token_endpoint, form, headers)
        if status != 200 or not isinstance(given, dict):
            told = given.get("error") if isinstance(given, dict) else ""
            raise BadToken(f"The provider gives nothing for the code: {status} {told}")
        return given

    async def _userinfo(self, where: str, given: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
        """What it says of the same person besides."""
        status, found = await self._provider.get(where, {"Authorization": f"Bearer {given.get('access_token')}"})
        if status != 200 or not isinstance(found, dict) or found.get("sub") != said["sub"]:
            raise BadToken(f"The provider says {status}, or another person, when asked who signed in.")
        return found
