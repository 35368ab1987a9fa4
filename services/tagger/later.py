"""`asset.later` → what is dear to find (codes, text), as a facet of its own: each step's finding, or why it failed."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from runtime import metrics
from runtime.assets import facet, failed, is_wanted, made_before, refused, seen_of, standing
from runtime.deliver import Saying
from runtime.jobs import Cage
from runtime.originals import work_on
from runtime.refusal import Refused
from runtime.steps import step
from schemas.asset import LaterWork
from schemas.tags import TAGS_LATER, TAGS_SHOTS, TagsLaterFacet
from services.tagger.pictures import large
from services.tagger.views import Deps

Run = Callable[[dict[str, Any]], AsyncGenerator[tuple[Cage, dict[str, Any]], None]]
"""Does one job in a cage and yields what `later_work.work` yields."""


async def handle(event: LaterWork, deps: Deps) -> Saying:
    """Find it, unless these bytes have been looked at by these steps. `deps.models`: the steps and their versions."""
    found = await standing(deps.library, event.asset_id)
    if TAGS_LATER not in event.owes or not await is_wanted(deps.library, event, found):
        return
    seen = (await seen_of(deps.library, event, TAGS_LATER, found)).without_lease()  # of bytes and models
    for earlier in await made_before(deps.library, event, TAGS_LATER, found):
        known = TagsLaterFacet.model_validate(earlier.data)
        if known.models == deps.models and not known.problems:
            own = (earlier.asset_id, earlier.version) == (event.asset_id, event.version)
            yield facet(event, TAGS_LATER, earlier.data if own else {**earlier.data, "cpu_ms": 0.0}, seen=seen)
            return
    try:
        files = {"input": large(event), **({"text": event.text} if event.text else {})}

        def run(job: dict[str, Any]) -> AsyncGenerator[tuple[Cage, dict[str, Any]], None]:
            made = bool(event.pictures)
            return work_on(deps.library, deps.cages, event, {**job, "made": made}, "tagger-later", files)

        tags = await look(run, dict(deps.models))
    except Refused as refusal:
        metrics.REFUSALS.labels("tagger", refusal.kind).inc()
        yield refused(event, TAGS_LATER, refusal, seen)
        return
    step("tagger-later.found")
    yield facet(event, TAGS_LATER, tags.model_dump(mode="json", exclude_none=True), seen=seen)
    step("tagger-later.said")


async def on_failure(event: LaterWork, error: BaseException) -> Saying:
    """Before the message is buried."""
    for name in (TAGS_LATER, TAGS_SHOTS):
        if name in event.owes:
            yield failed(event, name, error)


async def look(run: Run, versions: dict[str, str]) -> TagsLaterFacet:
    """All steps' findings. One at which the child dies is a problem, and the rest is done without it.

    Raises Refused where the picture itself cannot be opened, WorkFailed.
    """
    found: dict[str, Any] = {}
    problems: list[dict[str, str]] = []
    left, cpu_ms = list(versions), 0.0
    while left:
        done: dict[str, dict[str, Any]] = {}
        opened = False
        cage: Cage | None = None
        refusal: Refused | None = None
        try:
            async with aclosing(run({"steps": left})) as values:
                async for cage, value in values:  # noqa: B007 - the last one's CPU is asked for below
                    opened = True
                    if "step" in value:
                        done[value["step"]] = value
        except Refused as error:
            if not opened:
                raise
            refusal = error
        cpu_ms += cage.last_cpu_seconds * 1000 if cage else 0.0
        for name, value in done.items():
            found |= value.get("found", {})
            problems += [{"step": name, "cause": value["problem"]}] if "problem" in value else []
        left = [name for name in left if name not in done] if refusal else []
        if refusal and left:
            problems.append({"step": left.pop(0), "cause": refusal.cause})
    return TagsLaterFacet.model_validate({**found, "problems": problems, "models": versions, "cpu_ms": cpu_ms})
