"""Cursors: where the next page of a list begins. Opaque to clients; a wrong one is the client's fault, never ours.

Each names its list and bears the mark of what that was asked for, its order included: it is good for nothing else.
"""

import base64
import binascii
import json
import re
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

_NAME = re.compile("[a-z ]{1,40}")
MOST = 1 << 63


class BadCursor(ValueError):
    """Not one that we gave. Its text is for the client."""

    def __init__(self, told: str = "This cursor is not one that this list gave. Begin again without it.") -> None:
        super().__init__(told)


class CursorOfAnother(BadCursor):
    """One that we gave for another list, or for the same one asked otherwise."""


class Of(NamedTuple):
    """A list as it is asked for: its name in a client's words, and the mark of its filters and order."""

    name: str
    mark: str


def of(name: str, *asked: object) -> Of:
    """asked: all that decides what is in the list, and in which order; their reprs must tell them apart."""
    return Of(name, sha256(repr(asked).encode()).hexdigest()[:8])


def given(whose: Of, *place: str | int | None) -> str:
    """Of the last row of a page, what its list is put in order by; as text that is safe in URLs."""
    body = json.dumps([*whose, *place], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def taken(text: str, whose: Of, *kinds: type) -> list[Any]:
    """The place, of these kinds (int: or None). Raises BadCursor, and CursorOfAnother where something else is asked."""
    try:
        name, mark, *rest = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor from error
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadCursor
    if name != whose.name:
        raise CursorOfAnother(
            f"This cursor is of another list, {name}; here are {whose.name}. Send it there, or begin again without it."
        )
    if mark != whose.mark:
        raise CursorOfAnother("This cursor was given for other filters. Ask with those, or begin again without it.")
    place: list[Any] = rest
    if len(place) != len(kinds) or not all(map(_is, place, kinds)):
        raise BadCursor
    return place


def _is(value: object, kind: type) -> bool:
    if kind is int:
        return value is None or (type(value) is int and abs(value) < MOST)
    return type(value) is kind and "\0" not in str(value)


class After(NamedTuple):
    """The last row of the page before: rank (None where the list has none), arrival, id."""

    rank: int | None
    arrived: datetime
    id: str


def encode(after: After, whose: Of) -> str:
    """Of a list by arrival."""
    return given(whose, after.rank, after.arrived.isoformat(), after.id)


def decode(text: str, whose: Of) -> After:
    """The other way. Raises as `taken`."""
    rank, arrived, own = taken(text, whose, int, str, str)
    try:
        time = datetime.fromisoformat(arrived)
    except ValueError as error:
        raise BadCursor from error
    if time.tzinfo is None:
        raise BadCursor
    return After(rank, time, own)


def encode_name(name: str, whose: Of) -> str:
    """Of a list by SKU or id."""
    return given(whose, name)


def decode_name(text: str | None, whose: Of) -> str:
    """The other way; "" is the beginning. Raises as `taken`."""
    return str(taken(text, whose, str)[0]) if text else ""
