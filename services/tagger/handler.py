"""`asset.ingested` → what is in the picture, each finding with its confidence and model; what is dear is sent on."""

import base64
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runtime import metrics
from runtime.assets import by_proxy, facet, failed, is_wanted, made_before, refused, standing
from runtime.deliver import Saying
from runtime.jobs import Cage, Cages
from runtime.objects import Bucket
from runtime.originals import work_on
from runtime.publisher import Outgoing
from runtime.refusal import Refused
from runtime.reuse import all_taken_over
from runtime.steps import step
from schemas.asset import AssetIngested, LaterWork
from schemas.facet import TAGS_LATER, TagsFacet
from schemas.topics import ASSET_LATER
from services.tagger import likeness

NOT_YET = Refused(
    "Files of this kind are not tagged yet; the original is safe.",
    "Drop a JPEG, PNG, WebP, GIF, TIFF or AVIF picture beside it to have it found by what it shows.",
)


@dataclass(frozen=True)
class Deps:
    """What the handler works with. `models`: the versions loaded now; other versions are tagged again."""

    library: Bucket
    cages: Cages
    models: Mapping[str, str]


async def handle(event: AssetIngested, deps: Deps) -> Saying:
    """Tag it, unless these bytes have been tagged by these models."""
    found = await standing(deps.library, event.asset_id)
    if not await is_wanted(deps.library, event, found):
        return
    for earlier in await made_before(deps.library, event, "tags", found):
        known = TagsFacet.model_validate(earlier.data)
        made = [key for key in (known.embedding_key, known.likeness_key) if key]
        if known.models == deps.models and await all_taken_over(deps.library, made):
            own = (earlier.asset_id, earlier.version) == (event.asset_id, event.version)
            yield facet(event, "tags", earlier.data if own else {**earlier.data, "cpu_ms": 0.0}, owes=[TAGS_LATER])
            yield _sent_on(event)
            return
    if event.kind != "image":
        yield refused(event, "tags", NOT_YET)
        return
    try:
        tags = await _tag(event, deps)
    except Refused as refusal:
        if instead := by_proxy(event):
            async with aclosing(handle(instead, deps)) as saying:
                async for said in saying:
                    yield said
            return
        metrics.REFUSALS.labels("tagger").inc()
        yield refused(event, "tags", refusal)
        return
    step("tagger.tagged")
    yield facet(event, "tags", tags.model_dump(mode="json", exclude_none=True), owes=[TAGS_LATER])
    step("tagger.said")
    metrics.READY_SECONDS.labels("tags").observe(max(0.0, (datetime.now(UTC) - event.arrived).total_seconds()))
    yield _sent_on(event)
    step("tagger.sent-on")


async def on_failure(event: AssetIngested, error: BaseException) -> Saying:
    """Before the message is buried."""
    yield failed(event, "tags", error)


def _sent_on(event: AssetIngested) -> Outgoing:
    """The second wave's work; said again, it is the same event."""
    work = LaterWork(**event.model_dump(), owes=[TAGS_LATER])
    return Outgoing(ASSET_LATER, event.asset_id, work, about=(event.version, event.sha256, TAGS_LATER))


async def _tag(event: AssetIngested, deps: Deps) -> TagsFacet:
    found: dict[str, Any] = {}
    cage: Cage | None = None
    async for cage, value in work_on(deps.library, deps.cages, event, {}, "tagger"):  # noqa: B007 - one value
        found = value
    cpu_ms = cage.last_cpu_seconds * 1000 if cage else 0.0
    keys = {}
    for model, packed in found.pop("embeddings", {}).items():
        keys[model] = f"vectors/{event.sha256}/{model}-{deps.models[model]}.f16"  # names are ours, never the child's
        await deps.library.put(keys[model], base64.b64decode(packed), content_type="application/octet-stream")
    signature = f"vectors/{event.sha256}/likeness-{likeness.VERSION}.bin"
    packed = base64.b64decode(found.pop("likeness"))
    await deps.library.put(signature, packed, content_type="application/octet-stream")
    background = found["quality"].pop("background", None)
    vector = next(iter(keys.values()), None)
    return TagsFacet.model_validate(
        {**found, "background": background, "embedding_key": vector, "likeness_key": signature, "cpu_ms": cpu_ms}
    )
