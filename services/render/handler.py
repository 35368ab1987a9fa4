"""`asset.ingested` → renditions, thumbnail and web size first. One decode, many outputs, each kept as it is made."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runtime import metrics
from runtime.assets import facet, failed, is_wanted, made_before, refused, standing
from runtime.deliver import Saying
from runtime.jobs import Cage, Cages
from runtime.objects import Bucket
from runtime.originals import work_on
from runtime.refusal import Refused
from runtime.steps import step
from schemas.asset import AssetIngested
from schemas.facet import FIRST, Facet, Rendition, RenditionsFacet
from services.render.presets import Presets
from services.render.recipe import Facts, Recipe, plan, rendition_key
from services.render.uploads import Uploads

NOT_YET = Refused(
    "Renditions of this kind of file are not made yet; the original is safe.",
    "Drop a JPEG, PNG, WebP, GIF, TIFF or AVIF picture beside it if the shop needs one.",
)


@dataclass(frozen=True)
class Deps:
    """What the handler works with."""

    library: Bucket
    cages: Cages
    presets: Presets


async def handle(event: AssetIngested, deps: Deps) -> Saying:
    """Make what is planned and not there yet."""
    found = await standing(deps.library, event.asset_id)
    if not await is_wanted(deps.library, event, found):
        return
    recipes = plan(deps.presets, Facts())
    kept = RenditionsFacet(sha256=event.sha256)
    for earlier in await made_before(deps.library, event, "renditions", found):
        kept = max(kept, _still_planned(event, earlier, recipes, deps.presets), key=lambda one: len(one.renditions))
    if recipes and len(kept.renditions) == len(recipes):
        yield _facet(event, FIRST, kept, deps.presets)
        yield _facet(event, "renditions", kept, deps.presets)
        return
    if event.kind != "image":
        yield refused(event, "renditions", NOT_YET)
        return
    try:
        saying = _make(event, recipes, kept, deps)
        async with aclosing(saying):
            async for said in saying:
                yield said
    except Refused as refusal:
        metrics.REFUSALS.labels("render").inc()
        yield refused(event, "renditions", refusal)


async def on_failure(event: AssetIngested, error: BaseException) -> Saying:
    """Before the message is buried."""
    yield failed(event, "renditions", error)


def _still_planned(event: AssetIngested, earlier: Facet, recipes: list[Recipe], presets: Presets) -> RenditionsFacet:
    """What an earlier facet holds of the plan, in its order: only what is stale is made again."""
    data = RenditionsFacet.model_validate(earlier.data)
    by_recipe = {rendition.recipe: rendition for rendition in data.renditions}
    renditions = [
        by_recipe[recipe.hash].model_copy(update={"channel": presets.named(recipe.preset).channel})
        for recipe in recipes
        if recipe.hash in by_recipe
    ]
    own = earlier.asset_id == event.asset_id and earlier.version == event.version
    return data.model_copy(update={"renditions": renditions, "cpu_ms": data.cpu_ms if own else 0.0})


async def _make(event: AssetIngested, recipes: list[Recipe], kept: RenditionsFacet, deps: Deps) -> Saying:
    there = {rendition.recipe: rendition for rendition in kept.renditions}
    todo = [recipe for recipe in recipes if recipe.hash not in there]
    planned = {recipe.hash: recipe for recipe in todo}
    owed = {r.hash for r in todo if deps.presets.named(r.preset).wave == "first"}
    if kept.renditions and not owed:
        yield _facet(event, FIRST, kept, deps.presets)
    made, uploads = kept.model_copy(update={"cpu_ms": 0.0}), Uploads(deps.library)
    job = {"recipes": [recipe.model_dump(mode="json") for recipe in todo]}
    cage: Cage | None = None
    async with uploads, aclosing(work_on(deps.library, deps.cages, event, job, "render")) as values:
        async for cage, value in values:
            if "image" in value:
                made = made.model_copy(update={"width": value["image"]["width"], "height": value["image"]["height"]})
                continue
            # The child only says which planned recipe this is; names, keys and formats are never its own.
            rendition = _rendition(event, value, planned[value["recipe"]], deps.presets)
            uploads.start(rendition, await asyncio.to_thread(cage.output(value["file"]).read_bytes))
            there[rendition.recipe] = rendition
            made = made.model_copy(update={"renditions": [there[r.hash] for r in recipes if r.hash in there]})
            if owed and not (owed := owed - {value["recipe"]}):
                await uploads.done()
                step("render.first-uploaded")
                yield _facet(event, FIRST, made, deps.presets)
                _since(event, "thumbnail")
        made = made.model_copy(update={"cpu_ms": round(cage.last_cpu_seconds * 1000, 1) if cage else 0.0})
        await uploads.done()
    step("render.uploaded")
    yield _facet(event, "renditions", made, deps.presets)
    step("render.said")
    _since(event, "renditions")


def _rendition(event: AssetIngested, value: dict[str, Any], recipe: Recipe, presets: Presets) -> Rendition:
    return Rendition(
        preset=recipe.preset,
        channel=presets.named(recipe.preset).channel,
        recipe=recipe.hash,
        key=rendition_key(event.sha256, recipe.hash, recipe.extension),
        format=recipe.format,
        width=value["width"],
        height=value["height"],
        bytes=value["bytes"],
        sha256=value["sha256"],
    )


def _facet(event: AssetIngested, name: str, made: RenditionsFacet, presets: Presets) -> Any:
    if name == FIRST:
        first = [r for r in made.renditions if presets.named(r.preset).wave == "first"]
        made = made.model_copy(update={"renditions": first, "cpu_ms": 0.0})  # known at the end: it would differ then
    return facet(event, name, made.model_dump(mode="json", exclude_none=True))


def _since(event: AssetIngested, stage: str) -> None:
    metrics.READY_SECONDS.labels(stage).observe(max(0.0, (datetime.now(UTC) - event.arrived).total_seconds()))
