"""`asset.ingested` → what is in the picture, each finding with its confidence and model; what is dear is sent on."""

from datetime import UTC, datetime

from runtime import metrics
from runtime.assets import facet, failed, is_wanted, made_before, refused, seen_of, standing
from runtime.deliver import Saying
from runtime.publisher import Outgoing
from runtime.refusal import Refused
from runtime.reuse import all_taken_over
from runtime.steps import step
from schemas.asset import AssetIngested, LaterWork
from schemas.tags import TAGS, TAGS_LATER, TagsFacet
from schemas.topics import ASSET_LATER
from services.tagger.pictures import comes_later
from services.tagger.problems import failed_on_it
from services.tagger.views import Deps, tagged


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
        failed = failed_on_it((one.step for one in known.problems), known.models)
        whole = known.models == deps.models and not failed
        if whole and await all_taken_over(deps.library, made):
            data = earlier.data if own else {**earlier.data, "cpu_ms": 0.0}
            yield facet(event, TAGS, data, owes=[TAGS_LATER], seen=seen)
            yield _sent_on(event)
            return
        # Several views have one vector; and the second wave of an own facet was sent on, or is missed by the sweep.
        plain = own and not failed and not isinstance(event, LaterWork)
        if plain and deps.again and (tags := await deps.again(known)):
            yield facet(event, TAGS, tags.model_dump(mode="json", exclude_none=True), owes=[TAGS_LATER], seen=seen)
            return
    try:
        tags = await tagged(event, deps, found)
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
