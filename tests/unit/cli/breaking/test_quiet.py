"""Outputs are compared with those of the quiet run: bytes, tags and links, and roughly only what was never the same."""

import copy
from typing import Any

import pytest

from cli.breaking.ledger import Ledger
from cli.breaking.load import Dropped
from cli.breaking.outputs import Output, outputs
from cli.breaking.pictures import KINDS, POISON, kind
from cli.breaking.quiet import Quiet, enough
from runtime.memory_store import MemoryBucket

ID = "10000000-0000-5000-8000-{:012}"


class Copy:
    """Files of one kind and what a run made of them."""

    def __init__(self) -> None:
        self.library, self.ledger = MemoryBucket("library"), Ledger("nowhere", "chaos/")
        self.files: list[Dropped] = []

    async def drop(self, number: int, body: bytes = b"webp", **more: Any) -> None:
        """One more of the same, under another name, of another product."""
        key, content, asset = f"chaos/{number}/{self.sku(number)}_front.jpg", f"{number:064}", ID.format(number)
        self.files.append(Dropped(key, number * KINDS, [(content, 1)]))
        self.ledger.asset_of[key] = asset
        stored = f"renditions/{content}/r1.webp"
        await self.library.put(stored, body)
        made = {"preset": "web", "key": stored, "bytes": 2000, "width": 10, "ms": 7.0 * number, **more.get("made", {})}
        link = {
            "sku": self.sku(number),
            "role": "front",
            "level": "product",
            "look": [],
            "confidence": 0.9 + number / 99,
        }
        facets = {
            "file": {"sha256": content, "key": key, "media_type": "image/jpeg", "arrived": f"at {number}"},
            "renditions": {"sha256": content, "renditions": [made]},
            "tags": {"colours": [{"name": more.get("colour", "red"), "share": 0.9}], "cpu_ms": float(number)},
            "links": {"links": [{**link, **more.get("link", {})}], "slot": f"{self.sku(number)} front"},
        }
        for name, data in facets.items():
            said = {"status": "done", "owes": [], "data": data}
            self.ledger.last["asset.metadata"][f"{asset}/1/{name}"] = said

    def sku(self, number: int) -> str:
        return f"MUG-{number:03}"

    async def made(self) -> list[Output]:
        return await outputs(
            self.library, self.files, [f"MUG-{one.seed // KINDS:03}" for one in self.files], self.ledger
        )


@pytest.fixture
async def quiet() -> Quiet:
    found = Copy()
    await found.drop(1)
    await found.drop(2)
    known = Quiet(await found.made())
    assert known.loose == []
    return known


async def differing(quiet: Quiet, body: bytes = b"webp", **more: Any) -> list[str]:
    found = Copy()
    await found.drop(3, body, **more)
    return [line.split(": ", 1)[1] for one in await found.made() for line in quiet.differs(one)]


async def test_the_same_under_another_name_is_the_same(quiet: Quiet) -> None:
    assert await differing(quiet) == []


async def test_another_byte_of_a_rendition_is_found(quiet: Quiet) -> None:
    [line] = await differing(quiet, b"wepb")
    assert line.startswith("bytes of renditions/CONTENT/r1.webp is ")


async def test_another_size_tag_or_link_is_found(quiet: Quiet) -> None:
    assert await differing(quiet, made={"width": 11}) == ["renditions.renditions.web.width is 11, not 10"]
    assert await differing(quiet, colour="blue") == ["tags.colours.0.name is 'blue', not 'red'"]
    assert await differing(quiet, link={"sku": "MUG-001"}) == ["links.links.0.sku is 'MUG-001', not 'SKU'"]


async def test_what_is_missing_or_too_much_is_found(quiet: Quiet) -> None:
    found = Copy()
    await found.drop(3)
    [one] = await found.made()
    less = {path: value for path, value in one.leaves.items() if "tags.colours" not in path}
    wrong = [line.split(": ", 1)[1] for line in quiet.differs(one._replace(leaves={**less, "tags.more": 1}))]
    assert [line.split(" is ")[0] for line in wrong] == ["tags.colours.0.name", "tags.colours.0.share", "tags.more"]


async def test_a_rendition_that_the_store_has_not_is_found(quiet: Quiet) -> None:
    found = Copy()
    await found.drop(3)
    await found.library.delete(f"renditions/{3:064}/r1.webp")
    [line] = [line for one in await found.made() for line in quiet.differs(one)]
    assert "is 'not there', not" in line


async def test_an_encoder_that_is_never_the_same_is_held_to_its_size() -> None:
    found = Copy()
    await found.drop(1, b"one", made={"bytes": 1000})
    await found.drop(2, b"two", made={"bytes": 1010})
    quiet = Quiet(await found.made())
    assert quiet.loose == ["bytes of renditions/CONTENT/r1.webp", "renditions.renditions.web.bytes"]
    assert await differing(quiet, b"three", made={"bytes": 1055}) == []
    assert len(await differing(quiet, b"three", made={"bytes": 1100})) == 1
    assert len(await differing(quiet, b"three", made={"bytes": 1000, "width": 11})) == 1


async def test_broken_files_have_no_outputs_and_each_kind_has_to_come_twice() -> None:
    found = Copy()
    await found.drop(1)
    poison = copy.copy(found.files[0])
    poison.seed = POISON - 1
    found.files = [poison]
    assert await found.made() == []
    assert enough([kind(seed) for seed in range(2 * KINDS)]) and not enough([0, 0, 1, 1, 2, 2, 3])


async def test_a_kind_that_the_quiet_run_did_not_finish_is_said(quiet: Quiet) -> None:
    assert quiet.differs(Output("chaos/a.jpg", 3, {})) == ["chaos/a.jpg: the quiet run had finished none of its kind"]
