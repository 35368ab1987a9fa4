"""What is found in the views of one version, put together and kept as its tags."""

import base64
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime import photograph, waves
from runtime.assets import Standing
from runtime.jobs import Cage, Cages
from runtime.objects import Bucket, Missing
from runtime.originals import work_on
from runtime.refusal import Refused
from schemas.asset import AssetIngested, LaterWork
from schemas.tags import TagsFacet
from services.tagger import drawn, jpeg
from services.tagger.pictures import small
from services.tagger.rendered import Rendered, instead
from services.tagger.taught.linked import EYES

log = logging.getLogger(__name__)
View = tuple[dict[str, Any], float]
"""What is found in one picture, and the CPU time of it in milliseconds."""


@dataclass(frozen=True)
class Deps:
    """What the handler works with. `models`: the versions loaded now; other versions are tagged again.

    `again`: the facet as today's taught tags would have it, or None where the picture has to be looked at.
    """

    library: Bucket
    cages: Cages
    models: Mapping[str, str]
    again: Callable[[TagsFacet], Awaitable[TagsFacet | None]] | None = None


async def tagged(event: AssetIngested, deps: Deps, found: Standing) -> TagsFacet:
    """Look at it: at render's picture where it is large and one is there. Raises Refused, WorkFailed, Unavailable."""
    picture = await instead(deps.library, event, found)
    if picture and (view := await _rendered(event, deps, picture)):
        return await _kept(event, deps, [view], picture_key=picture.key)
    return await _kept(event, deps, [await found_in(event, deps, key) for key in small(event)])


async def _kept(event: AssetIngested, deps: Deps, views: Sequence[View], picture_key: str | None = None) -> TagsFacet:
    seen, cpu_ms = fused([one for one, _ in views]), sum(spent for _, spent in views)
    failed, keys = {problem["step"] for problem in seen.get("problems", [])}, {}
    for model, packed in seen.pop("embeddings", {}).items():
        keys[model] = f"vectors/{event.sha256}/{model}-{deps.models[model]}.f16"  # names are ours, never the child's
        await deps.library.put(keys[model], base64.b64decode(packed), content_type="application/octet-stream")
    signature = f"vectors/{event.sha256}/likeness-{photograph.VERSION}.bin"
    packed = base64.b64decode(seen.pop("likeness"))
    await deps.library.put(signature, packed, content_type="application/octet-stream")
    about = {
        "embedding_key": None if EYES in failed else next(iter(keys.values()), None),  # likeness goes by one model
        "likeness_key": signature,
        "picture_key": picture_key,
        "cpu_ms": cpu_ms,
    }
    return TagsFacet.model_validate({**seen, **about})


async def _rendered(event: AssetIngested, deps: Deps, picture: Rendered) -> View | None:
    """What is found in render's picture; None where it does not serve after all, and the original has to be opened."""
    files = {"input": picture.key, "head": f"originals/{event.sha256}"}
    job = {"size": [picture.width, picture.height], "head": "head"}
    try:
        return await _look(event, deps, job, files, {"head": range(jpeg.HEAD)})
    except (Missing, Refused) as fault:
        log.warning("%s is passed over for the original: %s", picture.key, fault)
        return None


async def found_in(event: AssetIngested, deps: Deps, key: str) -> View:
    """What is found in the picture of that key."""
    job: dict[str, Any] = {"size": [event.width, event.height]} if isinstance(event, LaterWork) and event.width else {}
    if because := drawn.of(event.kind, event.media_type):
        job["drawn"] = because
    return await _look(event, deps, job, {"input": key})


async def _look(
    event: AssetIngested,
    deps: Deps,
    job: dict[str, Any],
    files: Mapping[str, str],
    parts: Mapping[str, range] | None = None,
) -> View:
    found: dict[str, Any] = {}
    cage: Cage | None = None
    async for cage, value in work_on(deps.library, deps.cages, event, job, "tagger", files, parts):  # noqa: B007 - one value
        found = value
    return found, cage.last_cpu_seconds * 1000 if cage else 0.0


def fused(views: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What was found in all views of one original: the cover's, the labels and problems of all, and whoever is seen in
    any.
    """
    cover, *others = views
    if not others:
        return cover
    labels = waves.surest(label for one in views for label in one["labels"])
    problems = {problem["step"]: problem for one in views for problem in one.get("problems", [])}
    composition = waves.with_people(cover["composition"], [one["composition"] for one in others])
    return {**cover, "labels": labels, "composition": composition, "problems": list(problems.values())}
