"""Answers under an Idempotency-Key, kept for a day and sealed: some hold a secret that is shown once."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from cryptography.fernet import Fernet, InvalidToken

from runtime.database import Database

KEPT = "24 hours"
AT_WORK = "60 seconds"
"""So long a request may take before another one under its key does its work, with the same ids."""
_BEGIN = f"""
INSERT INTO catalog_once.answer AS a (id, asked, at) VALUES ($1, $2, now())
ON CONFLICT (id) DO UPDATE SET asked = $2, at = now(), status = NULL, kind = NULL, body = NULL
WHERE a.at < now() - interval '{KEPT}' OR (a.status IS NULL AND a.asked = $2 AND a.at < now() - interval '{AT_WORK}')
RETURNING true
"""  # noqa: S608
_FORGET = f"DELETE FROM catalog_once.answer WHERE at < now() - interval '{KEPT}'"  # noqa: S608
_END = "UPDATE catalog_once.answer SET status = $2, kind = $3, body = $4 WHERE id = $1 AND asked = $5"
_GIVE_UP = "DELETE FROM catalog_once.answer WHERE id = $1 AND asked = $2 AND status IS NULL"


@dataclass(frozen=True)
class Told:
    """An answer that was given. kind: its media type."""

    status: int
    kind: str
    body: bytes


Standing = Told | Literal["begun", "at work", "another"]
"""begun: it is ours to do; at work: another request under this key is; another: the key stands for another request."""


class Answers:
    """Of all processes of one Packshot. secret: what only its owner knows. Every method raises Unavailable."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._seal = Fernet(urlsafe_b64encode(sha256(b"packshot answers\0" + secret.encode()).digest()))

    async def begin(self, own: str, asked: str) -> Standing:
        """What stands under a key. own: of who asks and the key; asked: of the request."""
        async with self._database.transaction() as connection:
            await connection.execute(_FORGET)
            if await connection.fetchval(_BEGIN, own, asked):
                return "begun"
            row = await connection.fetchrow("SELECT * FROM catalog_once.answer WHERE id = $1", own)
        if row is None or (row["asked"] == asked and row["status"] is None):
            return "at work"
        if row["asked"] != asked:
            return "another"
        try:
            return Told(row["status"], row["kind"], self._seal.decrypt(row["body"]))
        except InvalidToken:  # the admin key is another one since
            return "another"

    async def end(self, own: str, asked: str, told: Told) -> None:
        """Keep the answer."""
        async with self._database.transaction() as connection:
            await connection.execute(_END, own, told.status, told.kind, self._seal.encrypt(told.body), asked)

    async def give_up(self, own: str, asked: str) -> None:
        """Nothing was done: the key is free again."""
        async with self._database.transaction() as connection:
            await connection.execute(_GIVE_UP, own, asked)
