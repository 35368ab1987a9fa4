"""`asset.ingested` → what is in the picture, each finding with its confidence and model; what is dear is sent on."""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runtime import metrics, photograph
from runtime.assets import facet, failed, is_wanted, made_before, refused, seen_of, standing
from runtime.deliver import Saying
from runtime.jobs import Cage, Cages
from runtime.objects import Bucket
from runtime.originals import work_on
from runtime.publisher import Outgoing
from runtime.refusal import Refused
from runtime.reuse import all_taken_over
from runtime.steps import step
from schemas.asset import AssetIngested, LaterWork
from schemas.facet import TAGS, TAGS_LATER, TagsFacet
from schemas.topics import ASSET_LATER
from services.tagger.pictures import comes_later, small


@dataclass(frozen=True)
class Deps:
    """What the handler works with. `models`: the versions loaded now; other versions are tagged again.

    `again`: the facet as today's taught tags would have it, or None where the picture has to be looked at.
    """

    library: Bucket
    cages: Cages
    models: Mapping[str, str]
    again: Callable[[TagsFacet], Awaitable[TagsFacet | None]] | None = None


async def handle(event: AssetIngested, deps: Deps) -> Saying:
    """Tag it, unless these bytes have been tagged by these models.

    What is not plain is passed over here: it comes once more, as LaterWork, with pictures of it.
    """
    if comes_later(event) or (isinstance(event, LaterWork) and TAGS not in event.owes):
        return
    found = await standing(deps.library, event.asset_id)
    if not await is_wanted(deps.library, event, found):
        return
    seen = (await seen_of(deps.library, event, TAGS, found)).without_lease()  # of bytes and models, not of decisions
    for earlier in await made_before(deps.library, event, TAGS, found):
        own = (earlier.asset_id, earlier.version) == (event.asset_id, event.version)
        known = TagsFacet.model_validate(earlier.data)
        made = [key for key in (known.embedding_key, known.likeness_key) if key]
        if known.models == deps.models and await all_taken_over(deps.library, made):
            data = earlier.data if own else {**earlier.data, "cpu_ms": 0.0}
            yield facet(event, TAGS, data, owes=[TAGS_LATER], seen=seen)
            yield _sent_on(event)
            return
        # Several views have one vector; and the second wave of an own facet was sent on, or is missed by the sweep.
        plain = own and deps.again and not isinstance(event, LaterWork)
        if plain and deps.again and (tags := await deps.again(known)):
            yield facet(event, TAGS, tags.model_dump(mode="json", exclude_none=True), owes=[TAGS_LATER], seen=seen)
            return
    try:
        tags = await _tag(event, deps)
    except Refused as refusal:
        metrics.REFUSALS.labels("tagger", refusal.kind).inc()
        yield refused(event, TAGS, refusal, seen)
        return
    step("tagger.tagged")
    yield facet(event, TAGS, tags.model_dump(mode="json", exclude_none=True), owes=[TAGS_LATER], seen=seen)
    step("tagger.said")
    metrics.READY_SECONDS.labels("tags").observe(max(0.0, (datetime.now(UTC) - event.arrived).total_seconds()))
    yield _sent_on(event)
    step("tagger.sent-on")


async def on_failure(event: AssetIngested, error: BaseException) -> Saying:
    """Before the message is buried."""
    yield failed(event, TAGS, error)


def _sent_on(event: AssetIngested) -> Outgoing:
    """The second wave's work, with render's pictures if it came with them; said again, it is the same event."""
    work = LaterWork.model_validate({**event.model_dump(), "owes": [TAGS_LATER]})
    return Outgoing(ASSET_LATER, event.asset_id, work, about=(event.version, event.sha256, TAGS_LATER))


async def _tag(event: AssetIngested, deps: Deps) -> TagsFacet:
    seen = [await _seen(event, deps, key) for key in small(event)]
    found, cpu_ms = fused([one for one, _ in seen]), sum(spent for _, spent in seen)
    keys = {}
    for model, packed in found.pop("embeddings", {}).items():
        keys[model] = f"vectors/{event.sha256}/{model}-{deps.models[model]}.f16"  # names are ours, never the child's
        await deps.library.put(keys[model], base64.b64decode(packed), content_type="application/octet-stream")
    signature = f"vectors/{event.sha256}/likeness-{photograph.VERSION}.bin"
    packed = base64.b64decode(found.pop("likeness"))
    await deps.library.put(signature, packed, content_type="application/octet-stream")
    background = found["quality"].pop("background", None)
    vector = next(iter(keys.values()), None)
    return TagsFacet.model_validate(
        {**found, "background": background, "embedding_key": vector, "likeness_key": signature, "cpu_ms": cpu_ms}
    )


async def _seen(event: AssetIngested, deps: Deps, key: str) -> tuple[dict[str, Any], float]:
    """What is found in one picture, and the CPU time of it in milliseconds."""
    found: dict[str, Any] = {}
    cage: Cage | None = None
    job = {"size": [event.width, event.height]} if isinstance(event, LaterWork) and event.width else {}
    async for cage, value in work_on(deps.library, deps.cages, event, job, "tagger", {"input": key}):  # noqa: B007 - one value
        found = value
    return found, cage.last_cpu_seconds * 1000 if cage else 0.0


def fused(views: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What was found in all views of one original: the cover's, the labels of all, and whoever is seen in any."""
    cover, *others = views
    if not others:
        return cover
    composed = [one["composition"] for one in views]
    people: dict[str, Any] = {"people": any(one.get("people") for one in composed)}
    if counts := [one["faces"] for one in composed if "faces" in one]:
        people["faces"] = max(counts)
    labels = surest([label for one in views for label in one["labels"]])
    return {**cover, "labels": labels, "composition": {**cover["composition"], **people}}


def surest(labels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each word once, from the view that shows it best."""
    best: dict[str, dict[str, Any]] = {}
    for label in sorted(labels, key=lambda one: (-one["confidence"], one["label"])):
        best.setdefault(label["label"], label)
    return list(best.values())
