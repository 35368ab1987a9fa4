"""Whether a token is the identity provider's, for us, and not over. Pure but for the clock of the library."""

from collections.abc import Mapping
from typing import Any

import jwt

from services.catalog.oidc.port import BadToken

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a pair of keys: with `none` and with HMAC whoever knows the public key could sign."""
LEEWAY_S = 60
"""So far clocks may differ."""
LONGEST = 20_000
ID_ONLY = ("nonce", "at_hash", "c_hash")
"""Claims of tokens that tell a client who signed in, and open nothing."""


def header(token: str) -> tuple[str | None, str]:
    """(key id, algorithm) that it says of itself. Raises BadToken."""
    if len(token) > LONGEST:
        raise BadToken("It is too long.")
    try:
        told = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise BadToken(f"It is no signed token: {error}.") from error
    kid, algorithm = told.get("kid"), told.get("alg")
    if algorithm not in ALGORITHMS:
        raise BadToken(f"It is signed by {algorithm}, which is not taken. Taken are {', '.join(ALGORITHMS)}.")
    return (kid if isinstance(kid, str) else None), str(algorithm)


def claims(token: str, key: jwt.PyJWK, *, issuer: str, audience: str) -> dict[str, Any]:
    """What it says. Raises BadToken for a wrong signature, issuer, audience or time."""
    try:
        said: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[header(token)[1]],
            issuer=issuer,
            audience=audience,
            leeway=LEEWAY_S,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise BadToken(f"{error}.") from error
    return said


def check_id(said: Mapping[str, Any], *, nonce: str, client: str) -> None:
    """What an ID token must say besides. Raises BadToken."""
    if said.get("nonce") != nonce:
        raise BadToken("Its nonce is not that of this sign-in.")
    audience = said["aud"]
    if isinstance(audience, list) and len(audience) > 1 and "azp" not in said:
        raise BadToken("It is for several, and does not say which of them asked for it.")
    if said.get("azp", client) != client:
        raise BadToken("Another client asked for it.")


def check_access(said: Mapping[str, Any]) -> None:
    """That it is no ID token, which every page that somebody signs in to is given. Raises BadToken."""
    if any(name in said for name in ID_ONLY):
        raise BadToken("It is an ID token. Send an access token for this API.")
