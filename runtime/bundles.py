"""Bundles: many first records in one object of the archive, so that a million products are not a million objects.

A record is archived as an object of its own, but its first revision may lie in a bundle, with others that were new at
the same moment. Bundles are numbered without a gap and written once: `bundles/<topic>/<chain>/<number>`. The first line
names the paths that its records would have had, each further line is one record. A record's own object, written when
it changes, comes after its bundle, which nobody touches. Who writes them, and what keeps two writers apart, is in
`runtime/bundling.py`; here is how they look, and how they are read.
"""

import asyncio
import json
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from hashlib import blake2b

from runtime.at_work import bounded
from runtime.objects import Bucket, Missing

FOLDER = "bundles/"
HEAD_BYTES = 128 * 1024
"""So much is read to see what is in one, a thousand names; if they are longer, all of it."""
AT_ONCE = 8
KEPT = 32
"""Bundles that are held to be read from again: what was new together changes together, in each of a dozen chains."""


def bundle_object(topic: str, chain: int, number: int) -> str:
    """Where it lies. Numbers of a chain follow each other; the store lists them in their order."""
    return f"{FOLDER}{topic}/{chain:04}/{number:08}"


def place_of(key: str) -> tuple[int, int]:
    """(chain, number) of a bundle's key."""
    _, chain, number = key.rsplit("/", 2)
    return int(chain), int(number)


def pack(records: Mapping[str, bytes]) -> bytes:
    """path → record, as JSON without line breaks."""
    return b"\n".join((json.dumps(list(records)).encode(), *records.values()))


def unpack(body: bytes) -> dict[str, bytes]:
    """The same back."""
    names, _, rest = body.partition(b"\n")
    return dict(zip(json.loads(names), rest.split(b"\n"), strict=False))


async def bundled(library: Bucket, topic: str) -> AsyncIterator[dict[str, bytes]]:
    """What is in the bundles of that topic, one after the other. Own objects come after them. Raises Unavailable."""
    for info in await library.listing(f"{FOLDER}{topic}/"):
        if (stored := await library.get(info.key)) is not None and (records := unpack(stored.body)):
            yield records


async def contents(library: Bucket, keys: Sequence[str]) -> AsyncIterator[tuple[str, list[str]]]:
    """Each of these bundles with the paths in it. Most of them is not read, and several at once. Raises Unavailable."""
    for at in range(0, len(keys), AT_ONCE):
        lot = keys[at : at + AT_ONCE]
        for one in zip(lot, await asyncio.gather(*(_names(library, key) for key in lot)), strict=True):
            yield one


async def _names(library: Bucket, key: str) -> list[str]:
    try:
        head, found, _ = (await library.read(key, range(HEAD_BYTES))).partition(b"\n")
    except Missing:
        return []
    if not found and len(head) == HEAD_BYTES:
        stored = await library.get(key)
        head = stored.body.partition(b"\n")[0] if stored else b"[]"
    return [str(path) for path in json.loads(head)]


def mark(path: str) -> int:
    """A path in eight bytes. Two that share a mark are told apart where they are read."""
    return int.from_bytes(blake2b(path.encode(), digest_size=8).digest())


class Index:
    """Which records of a topic lie in which bundle. 16 bytes a record: a process may hold a million of them."""

    def __init__(self, library: Bucket, topic: str) -> None:
        self._library, self._topic = library, topic
        self._known = dict[str, int]()
        """Key of each bundle → its place in the list of them."""
        self._keys = list[str]()
        self._marks, self._places = array("Q"), array("L")
        self._fresh = dict[int, int]()
        self._held = OrderedDict[str, dict[str, bytes]]()
        self._reading = asyncio.Lock()
        """Many ask for the same bundle at once, and one reads it."""

    async def refresh(self) -> dict[int, int]:
        """Take up what others have bundled; returns chain → its last number. Raises Unavailable."""
        infos = await self._library.listing(f"{FOLDER}{self._topic}/")
        new = [info.key for info in infos if info.key not in self._known]
        async for key, paths in contents(self._library, new):
            self.add(key, paths)
        return dict(place_of(info.key) for info in infos)

    def add(self, key: str, paths: list[str]) -> None:
        """A bundle, and what is in it."""
        if key in self._known:
            return
        at = self._known[key] = len(self._keys)
        self._keys.append(key)
        self._fresh |= dict.fromkeys(map(mark, paths), at)
        if len(self._fresh) > max(1 << 16, len(self._marks) // 2):
            pairs = sorted([*zip(self._marks, self._places, strict=True), *self._fresh.items()])
            self._marks, self._places = array("Q", [m for m, _ in pairs]), array("L", [p for _, p in pairs])
            self._fresh = {}

    def has(self, path: str) -> bool:
        """Whether it may be in one."""
        return self._place(path) is not None

    async def get(self, path: str) -> bytes | None:
        """Its first record, if it lies in a bundle. Raises Unavailable."""
        if (at := self._place(path)) is None:
            return None
        key = self._keys[at]
        with bounded():  # by who reads before us
            await self._reading.acquire()
        try:
            if key not in self._held:
                stored = await self._library.get(key)
                self._held[key] = unpack(stored.body) if stored else {}
                while len(self._held) > KEPT:
                    self._held.popitem(last=False)
            self._held.move_to_end(key)
            return self._held[key].get(path)
        finally:
            self._reading.release()

    def _place(self, path: str) -> int | None:
        wanted = mark(path)
        if (at := self._fresh.get(wanted)) is not None:
            return at
        left = bisect_left(self._marks, wanted)
        return self._places[left] if left < len(self._marks) and self._marks[left] == wanted else None
