"""`video.jobs` → one rung, kept and told as soon as it is made."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from runtime import metrics
from runtime.assets import facet, failed, is_wanted, made_before, refused, seen_of, standing
from runtime.deliver import Saying
from runtime.jobs import Cage, Cages
from runtime.objects import Bucket
from runtime.originals import work_on
from runtime.refusal import Refused
from runtime.steps import step
from schemas.facet import Facet
from schemas.video import VideoFacet, VideoJob, VideoProgress
from services.render.decided import decided
from services.render.video.keeping import keep
from services.render.video.key_frames import owed, sent_on
from services.render.video.recipe import VideoRecipe, resolve
from services.render.video.rungs import AnyRung

log = logging.getLogger(__name__)
SAY_EVERY_S = 10.0
TELL_EVERY_S = 2.0


@dataclass(frozen=True)
class VideoDeps:
    """What the handler works with."""

    library: Bucket
    cages: Cages
    rungs: Sequence[AnyRung]
    tell: Callable[[VideoProgress], Awaitable[None]]
    """Tells whoever looks on how far a rung is. Raises nothing that would end it."""


async def handle(job: VideoJob, deps: VideoDeps) -> Saying:
    """Make the rung, if it is still planned, wanted, and not there yet."""
    rung = next((rung for rung in deps.rungs if rung.name == job.rung), None)
    if rung is None:
        log.info("no rung of the rungs file is named %s any more", job.rung)
        return
    found = await standing(deps.library, job.asset.asset_id)
    if not await is_wanted(deps.library, job.asset, found):
        return
    seen = await seen_of(deps.library, job.asset, job.facet, found)
    recipe = resolve(rung, (await decided(deps.library, job.asset, found)).focal)
    for earlier in await made_before(deps.library, job.asset, job.facet, found):
        if (same := still(earlier, recipe)) is not None:
            data = same.model_dump(mode="json", exclude_none=True)
            yield facet(job.asset, job.facet, data, owes=owed(same), seen=seen)
            for work in sent_on(job.asset, same):
                yield work
            return
    try:
        made = await _make(job, recipe, deps)
    except Refused as refusal:
        metrics.REFUSALS.labels("render-video", refusal.kind).inc()
        yield refused(job.asset, job.facet, refusal, seen)
    else:
        step("video.kept")
        data = made.model_dump(mode="json", exclude_none=True)
        yield facet(job.asset, job.facet, data, owes=owed(made), seen=seen)
        step("video.said")
        for work in sent_on(job.asset, made):
            yield work


async def on_failure(job: VideoJob, error: BaseException) -> Saying:
    """Before the message is buried."""
    yield failed(job.asset, job.facet, error)


def still(earlier: Facet, recipe: VideoRecipe) -> VideoFacet | None:
    """What an earlier facet of the rung holds, if it was made by this very recipe."""
    data = VideoFacet.model_validate(earlier.data)
    if [one.recipe for one in data.renditions] != [recipe.hash]:
        return None
    renditions = [one.model_copy(update={"channel": recipe.rung.channel}) for one in data.renditions]
    return data.model_copy(update={"renditions": renditions})


async def _make(job: VideoJob, recipe: VideoRecipe, deps: VideoDeps) -> VideoFacet:
    asked = {
        "rung": recipe.rung.model_dump(mode="json"),
        "focal": recipe.focal.model_dump(mode="json") if recipe.focal else None,
    }
    teller = _Teller(job, deps.tell)
    kept: VideoFacet | None = None
    cage: Cage | None = None
    async with aclosing(work_on(deps.library, deps.cages, job.asset, asked, "render-video")) as values:
        async for cage, value in values:
            if "progress" in value:
                await teller.tell(float(value["progress"]), value.get("eta_s"))
            elif "made" in value:
                kept = await keep(deps.library, job.asset, recipe, cage, value)
    if kept is None or cage is None:
        raise RuntimeError("the work ended without having made anything")
    await teller.tell(1.0, 0.0)
    metrics.VIDEO_RUNG.labels(job.rung).observe(kept.ms / 1000)
    return kept.model_copy(update={"cpu_ms": round(cage.last_cpu_seconds * 1000, 1)})


class _Teller:
    """Progress: for the metrics always, for whoever looks on every two seconds, now and then for the log."""

    def __init__(self, job: VideoJob, tell: Callable[[VideoProgress], Awaitable[None]]) -> None:
        self._job, self._tell = job, tell
        self._logged, self._told = time.monotonic(), -TELL_EVERY_S

    async def tell(self, share: float, eta_s: float | None) -> None:
        metrics.VIDEO_PROGRESS.labels(self._job.rung).set(share)
        if eta_s is not None:
            metrics.VIDEO_ETA.labels(self._job.rung).set(eta_s)
        now = time.monotonic()
        if now - self._told >= TELL_EVERY_S:
            self._told = now
            asset = self._job.asset
            said = {"asset_id": asset.asset_id, "version": asset.version, "rung": self._job.rung}
            await self._tell(VideoProgress.model_validate({**said, "share": share, "eta_s": eta_s}))
        if now - self._logged >= SAY_EVERY_S:
            self._logged = now
            left = f", about {eta_s:.0f} s to go" if eta_s is not None else ""
            log.info("%s: %.0f %%%s", self._job.rung, 100 * share, left)
