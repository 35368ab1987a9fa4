"""Which rungs a video gets, the messages that ask for them, and the end of those that nobody wants any more."""

from collections.abc import Sequence

from runtime.assets import Standing, facet, read_facet
from runtime.deliver import Saying
from runtime.objects import Bucket
from runtime.publisher import Outgoing
from schemas.asset import AssetIngested
from schemas.facet import facet_object
from schemas.topics import VIDEO_JOBS
from schemas.video import RUNG, VideoFacet, VideoJob
from services.render.facts import Focal
from services.render.video.recipe import resolve
from services.render.video.rungs import AnyRung, load_rungs


def rung_names(rungs: Sequence[AnyRung] | None = None) -> list[str]:
    """The facets that the rungs will be: what the first wave of a video owes."""
    return [RUNG + rung.name for rung in (load_rungs() if rungs is None else rungs)]


def rung_jobs(
    event: AssetIngested, rungs: Sequence[AnyRung] | None = None, focal: Focal | None = None
) -> list[Outgoing]:
    """A message a rung, in the order of the file. Saying them again is the same events, unless a recipe has changed."""
    return [
        Outgoing(
            VIDEO_JOBS,
            event.asset_id,
            VideoJob(asset=event, rung=rung.name),
            about=(event.version, rung.name, resolve(rung, focal).hash),
        )
        for rung in (load_rungs() if rungs is None else rungs)
    ]


async def withdrawn(library: Bucket, event: AssetIngested, rungs: Sequence[AnyRung], found: Standing) -> Saying:
    """Say of each rung that the file names no more that there is none: its films are the collector's then."""
    begins = facet_object(event.asset_id, event.version, RUNG).removesuffix(".json")
    there = {key.removeprefix(begins).removesuffix(".json") for key in found.objects if key.startswith(begins)}
    for name in sorted(there - {rung.name for rung in rungs}):
        film = await read_facet(library, event.asset_id, event.version, RUNG + name)
        if film is not None and film.data.get("renditions"):
            yield facet(event, RUNG + name, VideoFacet(sha256=event.sha256).model_dump(mode="json", exclude_none=True))
