"""`asset.ingested` → renditions, thumbnail and web size first; what costs much is owed and sent on as a later wave."""

import asyncio
import mimetypes
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from typing import Any

from runtime import metrics
from runtime.assets import Standing, facet, failed, is_wanted, made_before, refused, seen_of, standing
from runtime.deliver import Saying
from runtime.fence import Seen
from runtime.objects import Bucket
from runtime.refusal import Refused
from runtime.reuse import taken_over
from runtime.steps import step
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.rendition import FIRST, LATER, RenditionsFacet
from services.render.batch import Batch, Deps, still_planned
from services.render.decided import decided
from services.render.kinds import plan_for
from services.render.recipe import Planned
from services.render.sent_on import sent_on, without_pictures
from services.render.video.plan import rung_jobs, rung_names
from services.render.withdrawn import withdrawn

NAME = "renditions"
KINDS = {"image": "picture", "model": "3D model"}
"""In words, where they are others."""


async def handle(event: AssetIngested, deps: Deps) -> Saying:
    """Make what is planned and not there yet; then say what is owed."""
    found = await standing(deps.library, event.asset_id)
    if not await is_wanted(deps.library, event, found):
        return
    seen, first = [await seen_of(deps.library, event, name, found) for name in (NAME, FIRST)]
    facts = await decided(deps.library, event, found)
    planned = plan_for(event.kind, event.media_type, deps.presets, facts)
    now = [one for one in planned if one.wave != "later"]
    batch = Batch(event, now, await kept_of(deps, event, NAME, now, found), deps)
    try:
        async with aclosing(_wave(event, batch, first)) as saying:
            async for said in saying:
                yield said
    except Refused as refusal:
        metrics.REFUSALS.labels("render", refusal.kind).inc()
        yield refused(event, NAME, whatever_its_name(event, refusal), seen)
        for said in without_pictures(event):
            yield said
        return
    rungs = deps.rungs if event.kind == "video" else ()
    owes = [LATER] * (len(now) < len(planned)) + rung_names(rungs)
    made = batch.made.model_copy(update={"framed": list(facts.names)})
    yield facet(event, NAME, made.model_dump(mode="json", exclude_none=True), owes=owes, seen=seen)
    step("render.said")
    _since(event, NAME)
    for work in sent_on(event, planned, batch.made):
        yield work
    for job in rung_jobs(event, rungs, facts.focal):
        yield job
    async for said in withdrawn(deps.library, event, owes, found):
        yield said


def whatever_its_name(event: AssetIngested, refusal: Refused) -> Refused:
    """Says what it is where the name promises something else: who sent a `.jpg` does not think of a video."""
    promised = (mimetypes.guess_type(event.key)[0] or "").partition("/")[0]
    if promised not in ("image", "video") or promised == event.kind:
        return refusal
    is_one = (
        f"By its content this is a {KINDS.get(event.kind, event.kind)} ({event.media_type}), whatever its name says."
    )
    return Refused(f"{is_one} {refusal.cause}", refusal.cure)


async def on_failure(event: AssetIngested, error: BaseException) -> Saying:
    """Before the message is buried."""
    yield failed(event, NAME, error)
    for said in without_pictures(event):
        yield said


async def kept_of(
    deps: Deps, event: AssetIngested, name: str, planned: list[Planned], found: Standing
) -> RenditionsFacet:
    """What is there already of the plan: this version's own facet, or the fullest of its twins'."""
    kept = RenditionsFacet(sha256=event.sha256)
    for earlier in await made_before(deps.library, event, name, found):
        there = await _there(deps.library, event, earlier, still_planned(event, earlier, planned))
        kept = max(kept, there, key=lambda one: len(one.renditions))
    return kept


async def _there(library: Bucket, event: AssetIngested, earlier: Facet, kept: RenditionsFacet) -> RenditionsFacet:
    """What of it the library holds, and will hold: the collector may be about to take what another asset left."""
    own = (earlier.asset_id, earlier.version) == (event.asset_id, event.version)
    look: Callable[[str], Awaitable[object]] = library.head if own else partial(taken_over, library)
    found = await asyncio.gather(*(look(one.key) for one in kept.renditions))
    if kept.text and not await look(kept.text):
        return RenditionsFacet(sha256=event.sha256)  # text comes with the pages: all is made again
    renditions = [one for one, there in zip(kept.renditions, found, strict=True) if there]
    return kept.model_copy(update={"renditions": renditions})


async def _wave(event: AssetIngested, batch: Batch, seen: Seen) -> Saying:
    """Say the first ones as soon as they are safe; ends when all are."""
    first = batch.owed("first")
    if not first and batch.made.renditions:
        yield _first(event, batch, seen)
    if not batch.todo:
        return
    async with batch.uploads, aclosing(batch.run()) as steps:
        async for _ in steps:
            if first and not batch.owed("first"):
                first = False
                await batch.uploads.done()
                step("render.first-uploaded")
                yield _first(event, batch, seen)
                _since(event, "thumbnail")
        await batch.uploads.done()
    step("render.uploaded")


def _first(event: AssetIngested, batch: Batch, seen: Seen) -> Any:
    """Without what is known at the end only: it would differ when it is said again.

    Without a lease: computed once more it would be made once more, since nothing tells yet what is there.
    """
    made = batch.made.model_copy(
        update={
            "renditions": batch.of_wave("first"),
            "cpu_ms": 0.0,
            "skipped": [],
            "facts": {},
            "text": None,
            "framed": [],
            "product": None,
        }
    )
    data = made.model_dump(mode="json", exclude_none=True)
    return facet(event, FIRST, data, seen=seen.without_lease())


def _since(event: AssetIngested, stage: str) -> None:
    metrics.READY_SECONDS.labels(stage).observe(max(0.0, (datetime.now(UTC) - event.arrived).total_seconds()))
