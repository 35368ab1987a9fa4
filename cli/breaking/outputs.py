"""What was made of a picture: renditions by the hash of their bytes, tags, links and vectors, as paths and values.

Ids, names, clocks and the content's own hash are left out, so the same is made of two files that show the same.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cli.breaking.ledger import Ledger
from cli.breaking.load import Dropped
from cli.breaking.pictures import poisoned
from runtime.objects import Bucket

AT_ONCE = 16
CLOCKS = {"ms", "cpu_ms", "arrived", "version_id"}
LINKED = ("sku", "role", "level", "look")
"""Of a link: what it says. How sure it is, and why, depends on what else came meanwhile."""
STORED = ("renditions/", "vectors/")
Value = str | float | bool | None


class Output(NamedTuple):
    """Of one file: what it shows, and path → value."""

    key: str
    kind: int
    leaves: Mapping[str, Value]


async def outputs(library: Bucket, files: Sequence[Dropped], skus: Sequence[str], ledger: Ledger) -> list[Output]:
    """Of those that are no poison. skus: the product of each file."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(file: Dropped, sku: str) -> Output:
        facets = ledger.facets(file.key, len(file.sent))
        own = {file.sent[-1][0]: "CONTENT", ledger.asset_of.get(file.key, ""): "ASSET", file.key: "NAME", sku: "SKU"}
        async with gate:
            return Output(file.key, file.kind, {**leaves(facets, own), **await _stored(library, facets, own)})

    wanted = [(file, sku) for file, sku in zip(files, skus, strict=True) if not poisoned(file.seed)]
    return list(await asyncio.gather(*(one(*each) for each in wanted)))


def leaves(facets: Mapping[str, Mapping[str, Any]], own: Mapping[str, str]) -> dict[str, Value]:
    """Path → value of all that these facets say. own: what belongs to this file alone → what stands for it."""
    found = {}
    for name, facet in facets.items():
        data = _said(facet["data"]) if name == "links" else facet["data"]
        told = {"status": facet.get("status"), "owes": facet.get("owes", []), **data}
        found.update({path: _named(value, own) for path, value in _flat(name, told)})
    return found


def _said(links: Mapping[str, Any]) -> dict[str, Any]:
    """What they say, whatever the order they were found in."""
    kept = [{name: link.get(name) for name in LINKED} for link in links.get("links", [])]
    return {"links": sorted(kept, key=repr), "conflicts": len(links.get("conflicts", [])), "slot": links.get("slot")}


async def _stored(library: Bucket, facets: Mapping[str, Mapping[str, Any]], own: Mapping[str, str]) -> dict[str, Value]:
    """Key of each object that they name → hash of its bytes, as the store gives them."""
    paths = [value for name, facet in facets.items() for _, value in _flat(name, facet["data"])]
    found: dict[str, Value] = {}
    for key in sorted({value for value in paths if isinstance(value, str) and value.startswith(STORED)}):
        stored = await library.get(key)
        found[f"bytes of {_named(key, own)}"] = hashlib.sha256(stored.body).hexdigest() if stored else "not there"
    return found


def _flat(path: str, value: Any) -> Iterator[tuple[str, Value]]:
    if isinstance(value, dict):
        for name, one in sorted(value.items()):
            if name not in CLOCKS:
                yield from _flat(f"{path}.{name}", one)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            name = one.get("preset", number) if isinstance(one, dict) else number
            yield from _flat(f"{path}.{name}", one)
    else:
        yield path, value


def _named(value: Value, own: Mapping[str, str]) -> Value:
    if isinstance(value, str):
        for text, name in own.items():
            value = value.replace(text, name) if text else value
    return value
