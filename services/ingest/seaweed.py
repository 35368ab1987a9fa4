"""SeaweedFS' notifications: which path a record speaks of.

Its key names the path before the change, its value the one after it: they differ where something was renamed.
The value is the protobuf message EventNotification of filer.proto; two of its fields are read here.
"""

from collections.abc import Iterator

_NEW_ENTRY, _NEW_PARENT_PATH = 2, 4
_NAME = 1
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def new_path(value: bytes | None) -> str | None:
    """The path after the change; None where the entry was removed, or the value is no such message."""
    try:
        event = dict(_fields(value or b""))
        name, parent = dict(_fields(event.get(_NEW_ENTRY, b""))).get(_NAME, b""), event.get(_NEW_PARENT_PATH, b"")
        return f"{parent.decode()}/{name.decode()}" if name and parent else None
    except (IndexError, ValueError):  # a UnicodeDecodeError is one too; a hint is not worth a dead letter
        return None


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each length-delimited field. Raises IndexError or ValueError for what is no message."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == _VARINT:
            _, at = _varint(message, at)
        elif kind in (_FIXED64, _FIXED32):
            at += 8 if kind == _FIXED64 else 4
        elif kind == _BYTES:
            size, at = _varint(message, at)
            if at + size > len(message):
                raise ValueError("a field is cut off")
            yield tag >> 3, message[at : at + size]
            at += size
        else:
            raise ValueError(f"wire type {kind}")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
