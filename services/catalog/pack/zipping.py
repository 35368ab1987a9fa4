"""A ZIP that is made while it is sent: what it holds is read as the client takes it, a block at a time.

Files lie in it as they are (deflate without compression): they are compressed already. Deflated rather than stored,
because a size that is only told behind the bytes is understood by readers of streams, too, where the bytes say
themselves where they end. Beyond 4 GB and 65,535 files it is a ZIP64.
"""

import time
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from runtime.blocks import blocks
from runtime.objects import Bucket, Missing
from runtime.ranges import BLOCK

MISSING = "MISSING.txt"
"""The file inside that says what is not in it, where something is not."""


CLOSED = "{name}: not in this pack, for it may not be given any more."
MOST_FILES, MOST_BYTES = 25, 64_000_000
"""That are sent before is asked again."""
Still = Callable[[Collection[str]], Awaitable[Collection[str]]]
"""Assets → those of them that may be given at this moment."""


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
    library: Bucket,
    entries: Sequence[Entry],
    missing: Sequence[str],
    told: Callable[[str], str],
    still: Still | None = None,
) -> AsyncIterator[bytes]:
    """The archive block by block. missing: lines of what is known not to be there; told: how the store's own are said;
    still: asked on the way, for it may take long; what may not be given any more is named instead.

    Raises Unavailable, and ConnectionAbortedError where an object goes away meanwhile: the client gets no end, and
    knows by that that it is not whole.
    """
    sink, lines = _Sink(), list(missing)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        async for entry in _open(entries, still, lines):
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


async def _open(entries: Sequence[Entry], still: Still | None, lines: list[str]) -> AsyncIterator[Entry]:
    """Those that may be given when their turn comes."""
    for some in _parts(entries):
        open_now = await still({one.asset for one in some}) if still else None
        for entry in some:
            if open_now is None or entry.asset in open_now:
                yield entry
            else:
                lines.append(CLOSED.format(name=entry.name))


def _parts(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """So many and so many bytes at a time."""
    some: list[Entry] = []
    for entry in entries:
        if some and (len(some) >= MOST_FILES or sum(one.size for one in some) + entry.size > MOST_BYTES):
            yield some
            some = []
        some.append(entry)
    yield some


def _info(name: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, time.gmtime()[:6])
    info.file_size = size  # so that it knows whether 32 bits are enough
    info.compress_type, info._compresslevel = zipfile.ZIP_DEFLATED, 0  # type: ignore[attr-defined]  # no other way in
    info.external_attr = 0o644 << 16
    return info
