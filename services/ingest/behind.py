"""What lies behind the end of a picture: a file that is a picture and something else, too (a polyglot).

Decoders stop at the picture's end, so no rendition has it; the original keeps it, as it keeps all bytes, and is given
as an attachment of the picture's type. Cameras write there as well (previews, films, their own notes): only what some
other program would open is told. Pure, and run in the cage only.
"""

import mmap
import re
from collections.abc import Callable
from pathlib import Path

Data = bytes | mmap.mmap
_LOOKED_AT = 1024
"""Bytes of what follows."""
_COMMENT = 65536 + 22
"""A ZIP's last record lies within so many bytes of its end, whatever stands before."""
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""In the coded pixels of a JPEG: the next one that is neither stuffing nor a restart."""
_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%pdf-", "a PDF"),
    (b"mz", "a program"),
    (b"\x7felf", "a program"),
    (b"#!", "a script"),
    (b"<?php", "a script"),
    *((word, "a web page") for word in (b"<!doctype html", b"<html", b"<script", b"<body", b"<svg", b"<?xml")),
)


def fields(path: Path) -> dict[str, str]:
    """`{"behind": "312 bytes that look like a ZIP archive"}`, or nothing. Raises OSError."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = end_of(data)
        kind = looks_like(data, end) if end is not None else ""
        return {"behind": f"{len(data) - (end or 0)} bytes that look like {kind}"} if kind else {}


def end_of(data: Data) -> int | None:
    """Bytes of the picture itself: JPEG, PNG, GIF or WebP. None for other formats, and where it does not end."""
    for start, find in _ENDS:
        if data[: len(start)] == start:
            end = find(data)
            return end if end is not None and end <= len(data) else None
    return None


def looks_like(data: Data, end: int) -> str:
    """What some other program would take the bytes from `end` on for, in words; "" where it is nothing we know."""
    rest = data[end : end + _LOOKED_AT].lstrip(b"\0 \t\r\n")
    if data.rfind(b"PK\x05\x06", max(end, len(data) - _COMMENT)) >= 0 or rest.startswith(b"PK\x03\x04"):
        return "a ZIP archive"
    for start, kind in _STARTS:
        if rest.lower().startswith(start):
            return kind
    words = rest[:64]
    return "text" if len(words) >= 8 and all(32 <= byte < 127 or byte in b"\t\r\n" for byte in words) else ""


def _jpeg(data: Data) -> int | None:
    at = 2
    while data[at : at + 1] == b"\xff":
        marker = data[at + 1 : at + 2]
        if marker == b"\xd9":
            return at + 2
        if marker == b"\xff":  # fill
            at += 1
        elif marker == b"\x01" or b"\xd0" <= marker <= b"\xd8":
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
            if marker == b"\xda":
                found = _MARKER.search(data, at)
                if found is None:
                    return None
                at = found.start()
    return None


def _png(data: Data) -> int | None:
    at = 8
    while kind := data[at + 4 : at + 8]:
        at += 12 + int.from_bytes(data[at : at + 4], "big")
        if kind == b"IEND":
            return at
    return None


def _gif(data: Data) -> int | None:
    at = 13 + _table(data[10:11])
    while kind := data[at : at + 1]:
        if kind == b";":
            return at + 1
        if kind == b"!":
            at = _blocks(data, at + 2)
        elif kind == b",":
            at = _blocks(data, at + 11 + _table(data[at + 9 : at + 10]))
        else:
            return None
    return None


def _table(flags: bytes) -> int:
    """Bytes of a table of colours."""
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _blocks(data: Data, at: int) -> int:
    while size := data[at : at + 1]:
        at += 1 + size[0]
        if size == b"\0":
            break
    return at


def _webp(data: Data) -> int | None:
    size = int.from_bytes(data[4:8], "little")
    return 8 + size + size % 2 if data[8:12] == b"WEBP" else None


_ENDS: tuple[tuple[bytes, Callable[[Data], int | None]], ...] = (
    (b"\xff\xd8\xff", _jpeg),
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"GIF8", _gif),
    (b"RIFF", _webp),
)
