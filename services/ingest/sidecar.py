"""Side-cars: what the `.xmp` files beside a picture say of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from runtime import metrics
from runtime.objects import Bucket, Exists, Missing, ObjectInfo
from runtime.outage import Unavailable
from runtime.refusal import Refused
from services.ingest.names import SIDECAR, belongs, is_nothing, is_sidecar, sidecar_bases, stem
from services.ingest.source import Source, listed
from services.ingest.take import Probe, spool

MAX_BYTES = 10_000_000
"""Larger ones are no side-cars."""


async def with_sidecars(
    source: Source, listing: Iterable[ObjectInfo], bucket: Bucket, folder: Path, probe: Probe
) -> Source:
    """What all side-cars of it say now; `listing`: what lies beside it. One that cannot be read says nothing: the
    picture is not to blame."""
    fields: dict[str, Any] = {}
    there = [info for info in listing if any(belongs(info.key, key) for key in source.keys)]
    for info in there:
        if not 0 < info.size <= MAX_BYTES:
            continue
        try:
            async with spool(bucket, info, folder) as spooled:
                fields |= await probe(spooled.path, True)
        except Missing:
            continue  # removed meanwhile: the sweep sees the difference
        except Exists as changed:
            raise Unavailable(f"the file {info.key} was replaced while it was read") from changed
        except Refused as refusal:
            metrics.REFUSALS.labels("ingest", refusal.kind).inc()
            fields["sidecar_refused"] = refusal.cause
    return source.with_(sidecar=fields, sidecars=marks(there))


async def beside_all(source: Source, bucket: Bucket) -> list[ObjectInfo]:
    """What lies beside each file of the asset: the names of editions have other beginnings."""
    stems = dict.fromkeys(stem(key) for key in source.keys)
    return [info for one in stems for info in await bucket.listing(one) if not is_nothing(info.key)]


def marks(sidecars: Iterable[ObjectInfo]) -> list[str]:
    """Names what was read."""
    return sorted(f"{info.key}:{listed(info)}" for info in sidecars)


class Beside:
    """The side-cars of a listing, found by the names that they can belong to."""

    def __init__(self, there: Mapping[str, ObjectInfo], young: Collection[str] = ()) -> None:
        """`young`: keys of those that are on their way still."""
        self._young = young
        self._by_base: dict[str, list[ObjectInfo]] = defaultdict(list)
        for key, info in there.items():
            if is_sidecar(key):
                self._by_base[key[: -len(SIDECAR)]].append(info)

    def drifted(self, source: Source, there: Collection[str]) -> str | None:
        """A key to hint at where other side-cars lie beside the source's files, which are `there`, than were read."""
        bases = dict.fromkeys(base for key in source.keys for base in sidecar_bases(key))
        found = [info for base in bases for info in self._by_base.get(base, [])]
        if any(info.key in self._young for info in found):
            return None
        now, read = set(marks(found)), set(source.sidecars)
        present = next((key for key in source.keys if key in there), source.key)
        return None if now == read else f"{present}{SIDECAR}"
