"""What people decided that one version's renditions depend on, as the archive holds it now."""

from collections.abc import Mapping
from typing import Any

from runtime.assets import Standing, read_facet
from runtime.likeness import far
from runtime.objects import Bucket
from schemas.asset import AssetIngested
from schemas.facet import facet_object
from services.render.facts import Facts, facts_of


async def decided(library: Bucket, event: AssetIngested, found: Standing) -> Facts:
    """Of the asset, without what was decided on a version that looks different.

    Where the tagger has not looked yet it counts; the curator sends the version round again should it look different.
    """
    if facet_object(event.asset_id, 0, "curation") not in found.objects:
        return Facts()
    curation = await read_facet(library, event.asset_id, 0, "curation")
    if curation is None:
        return Facts()
    fields: Mapping[str, Any] = curation.data.get("fields", {})
    made_on: Mapping[str, int] = curation.data.get("framed_on", {})
    elsewhere = {made_on[name] for name in fields if name in made_on} - {event.version}
    if elsewhere:
        own = await _look(library, event.asset_id, event.version)
        unlike = {version for version in elsewhere if far(own, await _look(library, event.asset_id, version))}
        fields = {name: value for name, value in fields.items() if made_on.get(name) not in unlike}
    return facts_of(fields)


async def _look(library: Bucket, asset_id: str, version: int) -> str | None:
    tags = await read_facet(library, asset_id, version, "tags")
    return (tags.data.get("hash") or None) if tags is not None else None
