"""Which rungs a video gets, and the messages that ask for them."""

from collections.abc import Sequence

from runtime.publisher import Outgoing
from schemas.asset import AssetIngested
from schemas.topics import VIDEO_JOBS
from schemas.video import RUNG, VideoJob
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
