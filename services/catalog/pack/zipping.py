"""A ZIP that is made while it is sent: what it holds is read as the client takes it, a block at a time.

Files lie in it as they are (deflate without compression): they are compressed already. Deflated rather than stored,
because a size that is only told behind the bytes is understood by readers of streams, too, where the bytes say
themselves where they end. Beyond 4 GB and 65,535 files it is a ZIP64.
"""

import time
import zipfile
from collections.abc import AsyncIterator, Callable, Sequence
from typing import NamedTuple

from runtime.blocks import blocks
from runtime.objects import Bucket, Missing
from runtime.ranges import BLOCK

MISSING = "MISSING.txt"
"""The file inside that says what is not in it, where something is not."""


class Entry(NamedTuple):
    """One file to be. key: of the object in the library; asset: whose file it is."""

    name: str
    key: str
    size: int
    asset: str


class _Sink:
    """What `zipfile` writes to: it keeps what was not sent yet, and cannot seek."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What was written since."""
        taken, self._waiting = b"".join(self._waiting), []
        return taken


async def zipped(
    library: Bucket, entries: Sequence[Entry], missing: Sequence[str], told: Callable[[str], str]
) -> AsyncIterator[bytes]:
    """The archive block by block. missing: lines of what is known not to be there; told: how the store's own are said.

    Raises Unavailable, and ConnectionAbortedError where an object goes away meanwhile: the client gets no end, and
    knows by that that it is not whole.
    """
    sink, lines = _Sink(), list(missing)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for entry in entries:
            try:
                first = await library.read(entry.key, range(min(BLOCK, entry.size)))
            except Missing:
                lines.append(told(entry.name))
                continue
            with archive.open(_info(entry.name, entry.size), "w") as file:
                async for block in blocks(library, entry.key, range(entry.size), first):
                    file.write(block)
                    yield sink.take()
        if lines:
            text = "\r\n".join([*lines, ""]).encode()
            with archive.open(_info(MISSING, len(text)), "w") as file:
                file.write(text)
    yield sink.take()


def _info(name: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, time.gmtime()[:6])
    info.file_size = size  # so that it knows whether 32 bits are enough
    info.compress_type, info._compresslevel = zipfile.ZIP_DEFLATED, 0  # type: ignore[attr-defined]  # no other way in
    info.external_attr = 0o644 << 16
    return info
