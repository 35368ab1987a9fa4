"""`asset.later` → what costs much and hurries nobody (AVIF, print, trimmed packshots), as a facet of its own."""

from contextlib import aclosing

from runtime import metrics
from runtime.assets import facet, failed, is_wanted, refused, seen_of, standing
from runtime.deliver import Saying
from runtime.refusal import Refused
from runtime.steps import step
from schemas.asset import LaterWork
from schemas.rendition import LATER
from services.render.batch import Batch, Deps
from services.render.decided import decided
from services.render.handler import kept_of
from services.render.kinds import plan_for


async def handle(event: LaterWork, deps: Deps) -> Saying:
    """Make what is planned for the second wave and not there yet. A version that nobody wants any more is let go."""
    found = await standing(deps.library, event.asset_id)
    if LATER not in event.owes or not await is_wanted(deps.library, event, found):
        return
    seen = await seen_of(deps.library, event, LATER, found)
    planned = plan_for(event.kind, event.media_type, deps.presets, await decided(deps.library, event, found))
    later = [one for one in planned if one.wave == "later"]
    batch = Batch(event, later, await kept_of(deps, event, LATER, later, found), deps)
    try:
        if batch.todo:
            async with batch.uploads, aclosing(batch.run()) as steps:
                async for _ in steps:
                    pass
                await batch.uploads.done()
            step("later.uploaded")
    except Refused as refusal:
        metrics.REFUSALS.labels("render", refusal.kind).inc()
        yield refused(event, LATER, refusal, seen)
        return
    yield facet(event, LATER, batch.made.model_dump(mode="json", exclude_none=True), seen=seen)
    step("later.said")


async def on_failure(event: LaterWork, error: BaseException) -> Saying:
    """Before the message is buried."""
    yield failed(event, LATER, error)
