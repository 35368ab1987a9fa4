"""Takes files that come by upload links: bounded in size and number, spooled, then put into the inbox as new objects.

The bytes pass through us, so that a link that is over takes nothing more, no file is larger than it may be, and its
sender need not reach the object store. They are not opened here; ingest knows them by their content, in the cage.
"""

import asyncio
import contextlib
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import ClientDisconnect

from runtime.objects import Bucket, Exists
from runtime.room import Room
from schemas.upload_link import UploadLink
from services.catalog.inbound.naming import names

Wanted = tuple[str, str, str]
"""Name, SKU and role, as the sender says."""
NONE: Mapping[str, str] = {}
BYTES = "application/octet-stream"
AT_ONCE = 8
SILENCE_S = 60.0
"""So long a sender may send nothing: one that hangs must not keep a place for ever."""


class TooMany(Exception):
    """The link has had all its files."""


class TooLarge(Exception):
    """Of one file."""


class Broken(Exception):
    """Its sender went away, or was silent too long."""


@dataclass
class Taking:
    """Of one process. `spool`: an empty folder of its own, in which `room` counts."""

    inbox: Bucket
    spool: Path
    room: Room
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _coming: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    async def take(
        self,
        link: UploadLink,
        had: Collection[str],
        wanted: Wanted,
        size: int,
        body: AsyncIterator[bytes],
        rejected: Mapping[str, str] = NONE,
    ) -> str:
        """Put it into the link's folder; returns its name there.

        had: names that came by it before. size: as announced. rejected: name → the store's version id of a file of
        this link that somebody rejected; the next of that name is its successor, once. Raises NotTaken, TooMany,
        TooLarge, Broken, Unavailable.
        """
        if size > link.megabytes * 1_000_000:
            raise TooLarge
        choice = names(link, *wanted)
        there = {info.key.rpartition("/")[2] for info in await self.inbox.listing(f"{link.folder}/")}
        open_ = await self._unanswered(link.folder, {name: rejected[name] for name in rejected if name in had})
        coming = self._coming[link.folder]
        used = there | set(had) | coming
        name = next(one for one in choice if one not in used or one in open_ - coming)
        again = name in used
        if not again and len(used) >= link.files:
            raise TooMany
        coming.add(name)
        path = self.spool / secrets.token_hex(8)
        try:
            async with self._gate:
                with self.room.take(path, size):
                    await _spooled(path, size, body)
                if again:
                    await self.inbox.put_file(f"{link.folder}/{name}", path, content_type=BYTES)
                    return name
                return await self._put(link.folder, path, name, choice)
        finally:
            coming.discard(name)
            with contextlib.suppress(FileNotFoundError):
                path.unlink()

    async def _unanswered(self, folder: str, rejected: Mapping[str, str]) -> set[str]:
        """Those after which nothing has come under that name. The view is behind; the inbox is not."""
        found = set()
        for name, version in rejected.items():
            files = [info for info in await self.inbox.versions(f"{folder}/{name}") if not info.deleted]
            if not files or files[-1].version_id == version:
                found.add(name)
        return found

    async def _put(self, folder: str, path: Path, name: str, choice: Iterator[str]) -> str:
        while True:
            try:
                await self.inbox.put_file(f"{folder}/{name}", path, content_type=BYTES, new=True)
                return name
            except Exists:  # another process was quicker
                name = next(choice)


async def _spooled(path: Path, size: int, body: AsyncIterator[bytes]) -> None:
    """Just what was announced. Raises TooLarge, Broken."""
    left = size
    with path.open("wb") as file:
        while block := await _next(body):
            left -= len(block)
            if left < 0:
                raise TooLarge
            await asyncio.to_thread(file.write, block)
            if not left:
                return
    raise Broken("The file did not come whole.")


async def _next(body: AsyncIterator[bytes]) -> bytes:
    """The next block, empty at the end."""
    try:
        return await asyncio.wait_for(anext(body), SILENCE_S)
    except StopAsyncIteration:
        return b""
    except (TimeoutError, ClientDisconnect) as error:
        raise Broken("Its sender went away, or was silent too long.") from error
