"""Cursors: where the next page begins. Opaque to clients; a wrong one is the client's fault, never ours."""

import base64
import binascii
import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import NamedTuple


class BadCursor(ValueError):
    """Not one that we gave."""


class CursorOfAnother(BadCursor):
    """One that we gave for another question."""


class After(NamedTuple):
    """The last row of the page before: rank (None where the list has none), arrival, id."""

    rank: Decimal | None
    arrived: datetime
    id: str


def mark(*asked: object) -> str:
    """Of a question: another one has another mark."""
    return sha256(repr(asked).encode()).hexdigest()[:8]


def encode(after: After, of: str) -> str:
    """As text that is safe in URLs. of: the mark of what was asked."""
    rank = None if after.rank is None else str(after.rank)
    body = json.dumps([rank, after.arrived.isoformat(), after.id, of]).encode()
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def decode(text: str, of: str) -> After:
    """The other way. Raises BadCursor, and CursorOfAnother where something else is asked by now."""
    try:
        rank, arrived, asset, asked = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        time = datetime.fromisoformat(arrived)
        number = None if rank is None else Decimal(rank)
        if time.tzinfo is None or (number and not number.is_finite()) or not isinstance(asset, str) or "\0" in asset:
            raise BadCursor(text)
        after = After(number, time, asset)
    except (ValueError, TypeError, InvalidOperation, binascii.Error) as error:
        raise BadCursor(text) from error
    if asked != of:
        raise CursorOfAnother(text)
    return after
