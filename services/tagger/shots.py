"""`asset.later` → `tags.shots`: what the key frames of a film show, each with the time of its shot.

It is a facet of its own beside `tags`, which are the poster's: a film is ready without it.
"""

from collections.abc import Sequence
from typing import Any

from runtime import metrics
from runtime.assets import facet, is_wanted, made_before, refused, seen_of, standing
from runtime.deliver import Saying
from runtime.refusal import Refused
from runtime.steps import step
from schemas.asset import LaterWork, Picture
from schemas.tags import TAGS_SHOTS, TagsShotsFacet
from services.tagger.problems import failed_on_it
from services.tagger.views import Deps, found_in, fused

KEPT = ("people", "faces")


async def handle(event: LaterWork, deps: Deps) -> Saying:
    """Look at them, unless these very shots have been looked at by these models."""
    if TAGS_SHOTS not in event.owes:
        return
    found = await standing(deps.library, event.asset_id)
    if not await is_wanted(deps.library, event, found):
        return
    seen = (await seen_of(deps.library, event, TAGS_SHOTS, found)).without_lease()  # of bytes and models
    for earlier in await made_before(deps.library, event, TAGS_SHOTS, found):
        known = TagsShotsFacet.model_validate(earlier.data)
        failed = failed_on_it((one.step for one in known.problems), known.models)
        whole = known.models == deps.models and not failed
        if whole and [(one.start, one.end) for one in known.shots] == _times(event.pictures):
            own = (earlier.asset_id, earlier.version) == (event.asset_id, event.version)
            yield facet(event, TAGS_SHOTS, earlier.data if own else {**earlier.data, "cpu_ms": 0.0}, seen=seen)
            return
    try:
        views = [await found_in(event, deps, picture.key) for picture in event.pictures]
    except Refused as refusal:
        metrics.REFUSALS.labels("tagger", refusal.kind).inc()
        yield refused(event, TAGS_SHOTS, refusal, seen)
        return
    tags = by_shot(_times(event.pictures), [one for one, _ in views])
    tags = tags.model_copy(update={"cpu_ms": sum(spent for _, spent in views)})
    step("tagger-shots.found")
    yield facet(event, TAGS_SHOTS, tags.model_dump(mode="json", exclude_none=True), seen=seen)
    step("tagger-shots.said")


def by_shot(times: Sequence[tuple[float, float]], views: Sequence[dict[str, Any]]) -> TagsShotsFacet:
    """times: of each shot, in order; views: what `work.work` yields of its key frame."""
    whole = fused(views)
    shots = [
        {"start": start, "end": end, "labels": view["labels"], **_people(view)}
        for (start, end), view in zip(times, views, strict=True)
    ]
    found = {"shots": shots, "composition": _people(whole), **{name: whole[name] for name in ("labels", "models")}}
    return TagsShotsFacet.model_validate({**found, "problems": whole.get("problems", [])})


def _people(view: dict[str, Any]) -> dict[str, Any]:
    return {name: view["composition"][name] for name in KEPT if view["composition"].get(name) is not None}


def _times(pictures: Sequence[Picture]) -> list[tuple[float, float]]:
    return [(one.start or 0.0, one.end or 0.0) for one in pictures]
