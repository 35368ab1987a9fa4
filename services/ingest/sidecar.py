"""Side-cars: what the `.xmp` files beside a picture say of it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runtime import metrics
from runtime.objects import Bucket, Exists, Missing, ObjectInfo
from runtime.outage import Unavailable
from runtime.refusal import Refused
from services.ingest.names import belongs, is_nothing, stem
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
