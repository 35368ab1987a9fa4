"""A small identity provider that speaks OpenID Connect: authorization code with PKCE, rotating keys, and tricks."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from aiohttp import encode_basic_auth, web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT, SECRET, AUDIENCE = "packshot", "a secret/with signs", "packshot-api"
_PAIRS = [rsa.generate_private_key(65537, 2048) for _ in range(3)]


class IdentityProvider:
    """`person`: claims of whoever signs in. `claims`, `header`: what tokens say otherwise than they should."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "u1", "preferred_username": "anna", "groups": ["studio"]}
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None
        self.metadata: dict[str, Any] = {}
        self.issuer, self.keys_asked, self.generation, self.away = "", 0, 0, False
        self.basic = True
        self._codes: dict[str, dict[str, str]] = {}

    @property
    def kid(self) -> str:
        return f"k{self.generation}"

    def rotate(self) -> None:
        """Another pair of keys; that of before is gone."""
        self.generation += 1

    def token(self, algorithm: str = "RS256", *, kid: str | None = "", key: Any = None, **claims: Any) -> str:
        """An access token, or what is asked for; claims that are None are left out."""
        now = int(time.time())
        said = {"iss": self.issuer, "aud": AUDIENCE, "iat": now, "exp": now + 300, **self.person, **claims}
        headers = {"kid": kid or self.kid} if kid is not None else None
        said = {name: value for name, value in said.items() if value is not None}
        made: str = jwt.encode(said, key or _PAIRS[self.generation], algorithm, headers)
        return made

    def unsigned(self) -> str:
        """`alg: none`, as RFC 7519 allows and nobody should take."""
        _, body, _ = self.token().split(".")
        head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": self.kid}).encode()).decode().rstrip("=")
        return f"{head}.{body}."

    def signed_with_the_public_key(self) -> str:
        """HMAC with what everybody knows."""
        body = self.token().split(".")[1]
        head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": self.kid}).encode()).decode().rstrip("=")
        shape = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        public = _PAIRS[self.generation].public_key().public_bytes(*shape)
        mac = base64.urlsafe_b64encode(hmac.digest(public, f"{head}.{body}".encode(), "sha256")).decode()
        return f"{head}.{body}.{mac.rstrip('=')}"

    def jwk(self) -> dict[str, Any]:
        """The public key that is in use."""
        public = RSAAlgorithm.to_jwk(_PAIRS[self.generation].public_key(), as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "alg": "RS256"}

    async def _discovery(self, _: web.Request) -> web.Response:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_basic" if self.basic else "client_secret_post"],
        }
        return web.json_response({**told, **self.metadata})

    async def _keys(self, _: web.Request) -> web.Response:
        self.keys_asked += 1
        if self.away:
            return web.Response(status=503)
        other = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
        encrypting = {**self.jwk(), "use": "enc"}
        return web.json_response({"keys": [encrypting, {**other, "kid": "other"}, self.jwk()]})

    def authorize(self, url: str) -> dict[str, str]:
        """What somebody's browser comes back with who signs in at this address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT, asked
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        auth = request.headers.get("Authorization", "")
        known = auth == encode_basic_auth(CLIENT, "a%20secret%2Fwith%20signs")
        if not self.basic:
            known = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        asked = self._codes.pop(str(form.get("code")), None)
        made = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(made).decode().rstrip("=")
        fits = asked and asked["code_challenge"] == challenge and asked["redirect_uri"] == form.get("redirect_uri")
        if not known or not fits or not asked:
            return web.json_response({"error": "invalid_client" if not known else "invalid_grant"}, status=400)
        told = {"aud": CLIENT, "nonce": asked["nonce"], **self.claims}
        return web.json_response({"id_token": self.token(**told), "access_token": "at", "token_type": "Bearer"})

    async def _userinfo(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer at"
        return web.json_response(self.userinfo or {}, status=200 if self.userinfo else 401)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["IdentityProvider"]:
        """On a free port of this machine."""
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._token)
        app.router.add_get("/userinfo", self._userinfo)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()
