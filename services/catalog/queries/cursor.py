"""Cursors: where the next page begins. Opaque to clients; a wrong one is the client's fault, never ours."""

import base64
import binascii
import json
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple


class BadCursor(ValueError):
    """Not one that we gave."""


class CursorOfAnother(BadCursor):
    """One that we gave for another question."""


class After(NamedTuple):
    """The last row of the page before: rank (None where the list has none), arrival, id."""

    rank: int | None
    arrived: datetime
    id: str


def mark(*asked: object) -> str:
    """Of a question: another one has another mark."""
    return sha256(repr(asked).encode()).hexdigest()[:8]


def encode(after: After, of: str) -> str:
    """As text that is safe in URLs. of: the mark of what was asked."""
    body = json.dumps([after.rank, after.arrived.isoformat(), after.id, of]).encode()
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def decode(text: str, of: str) -> After:
    """The other way. Raises BadCursor, and CursorOfAnother where something else is asked by now."""
    try:
        rank, arrived, asset, asked = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        time = datetime.fromisoformat(arrived)
        whole = rank is None or (type(rank) is int and abs(rank) < 2**63)
        if time.tzinfo is None or not whole or not isinstance(asset, str) or "\0" in asset:
            raise BadCursor(text)
        after = After(rank, time, asset)
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor(text) from error
    if asked != of:
        raise CursorOfAnother(text)
    return after
