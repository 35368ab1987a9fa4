"""A version of an asset as ingest leaves it: the original, its `file` facet, who refers to it, the announcement."""

import hashlib
import uuid
from datetime import UTC, datetime

from runtime.assets import facet
from schemas.asset import AssetIngested, Kind
from tests.fakes.world import World


async def ingested(
    world: World, name: str = "a", version: int = 1, body: bytes = b"pixels", kind: Kind = "image"
) -> AssetIngested:
    """The announcement of that version, with all that was written before it."""
    sha256 = hashlib.sha256(body).hexdigest()
    event = AssetIngested(
        asset_id=str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        version=version,
        sha256=sha256,
        bytes=len(body),
        media_type="image/jpeg" if kind == "image" else f"{kind}/test",
        kind=kind,
        bucket="inbox",
        key=f"{name}.jpg",
        arrived=datetime.now(UTC),
    )
    await world.library.put(f"originals/{sha256}", body)
    await world.library.put(f"refs/{sha256}/{event.asset_id}/{version}", b"")
    file = event.model_dump(mode="json", exclude={"asset_id", "version"}, exclude_none=True)
    await world.records.write(facet(event, "file", file))
    return event
