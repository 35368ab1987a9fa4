"""What is in bundles is read from their first lines, several at once."""

import asyncio

from runtime.bundles import AT_ONCE, bundle_object, contents, pack
from runtime.bundling import MOST
from runtime.memory_store import MemoryBucket
from runtime.objects import Stored
from schemas.product import product_object

PATHS = [product_object("shopware", "product", f"{n:04}{'a' * 32}") for n in range(MOST)]


class Counting(MemoryBucket):
    """Knows how many are read at once, and how much of them."""

    reading = most = whole = 0

    async def get(self, key: str) -> Stored | None:
        self.whole += 1
        return await super().get(key)

    async def read(self, key: str, part: range) -> bytes:
        self.reading += 1
        self.most = max(self.most, self.reading)
        await asyncio.sleep(0)
        self.reading -= 1
        return await super().read(key, part)


async def test_the_first_line_of_a_full_bundle_is_enough_and_several_are_read_at_once() -> None:
    library = Counting("library")
    keys = [bundle_object("pim.products", 0, number) for number in range(AT_ONCE + 1)]
    for key in keys:
        await library.put(key, pack(dict.fromkeys(PATHS, b"x" * 100)))
    assert [one async for one in contents(library, keys)] == [(key, PATHS) for key in keys]
    assert (library.most, library.whole) == (AT_ONCE, 0)


async def test_a_longer_first_line_is_read_to_its_end_and_what_is_gone_holds_nothing() -> None:
    library, key = Counting("library"), bundle_object("pim.products", 0, 1)
    paths = [f"{n}{'a' * 1000}" for n in range(MOST)]
    await library.put(key, pack(dict.fromkeys(paths, b"x")))
    assert [one async for one in contents(library, [key, "gone"])] == [(key, paths), ("gone", [])]
    assert library.whole == 1
