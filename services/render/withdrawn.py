"""The end of what nobody plans any more: a second wave, or rungs, whose presets have gone."""

from collections.abc import Collection

from runtime.assets import Standing, facet, read_facet
from runtime.deliver import Saying
from runtime.objects import Bucket
from schemas.asset import AssetIngested
from schemas.facet import facet_object
from schemas.rendition import LATER, RenditionsFacet
from schemas.video import RUNG, VideoFacet


async def withdrawn(library: Bucket, event: AssetIngested, owed: Collection[str], found: Standing) -> Saying:
    """Say of each such facet that is owed no more that there is nothing of it: its files are the collector's then."""
    begins = facet_object(event.asset_id, event.version, "").removesuffix(".json")
    names = {key.removeprefix(begins).removesuffix(".json") for key in found.objects if key.startswith(begins)}
    for name in sorted(name for name in names if name == LATER or name.startswith(RUNG)):
        made = None if name in owed else await read_facet(library, event.asset_id, event.version, name)
        if made is not None and made.data.get("renditions"):
            none = (RenditionsFacet if name == LATER else VideoFacet)(sha256=event.sha256)
            yield facet(event, name, none.model_dump(mode="json", exclude_none=True))
