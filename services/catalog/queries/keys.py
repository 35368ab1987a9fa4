"""Whose key it is: the view has a hash of each."""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime

from runtime.database import Database
from services.catalog.api.roles import Identity
from services.catalog.scope import Scope

KIND = "key"
"""Of the fact, whose id is the key's."""
_KEY = re.compile(r"pk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


def hashed(secret: str) -> str:
    """Of 256 random bits: nothing that could be guessed, so nothing that has to be slow."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def by_key(database: Database, authorization: str | None) -> Identity | None:
    """From an `Authorization: Bearer pk_…` header, in whatever capitals; None if it opens nothing (any more)."""
    kind, _, given = (authorization or "").partition(" ")
    found = _KEY.fullmatch(given.strip()) if kind.lower() == "bearer" else None
    if not found:
        return None
    async with database.reading() as connection:
        text = await connection.fetchval("SELECT fields FROM catalog.fact WHERE kind = $1 AND id = $2", KIND, found[1])
    fields = json.loads(text) if text else {}
    if not hmac.compare_digest(str(fields.get("hash", "")), hashed(found[2])) or fields.get("revoked"):
        return None
    if datetime.fromisoformat(fields["expires"]) <= datetime.now(UTC):
        return None
    return Identity(fields["name"], False, fields["role"], Scope.of(fields), f"{KIND}/{found[1]}")
