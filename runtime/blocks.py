"""An object in blocks: what of it is in memory is one of them."""

from collections.abc import AsyncIterator

from runtime.objects import Bucket, Missing
from runtime.ranges import BLOCK


async def blocks(library: Bucket, key: str, wanted: range, first: bytes = b"") -> AsyncIterator[bytes]:
    """Those bytes block by block, each asked for when the client has taken the one before. first: read already."""
    if first:
        yield first
    for at in range(len(first), len(wanted), BLOCK):
        try:
            yield await library.read(key, wanted[at : at + BLOCK])
        except Missing as error:
            raise ConnectionAbortedError(f"{key} went away while it was sent") from error
