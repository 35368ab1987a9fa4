"""`asset.ingested` → renditions, thumbnail and web size first. One decode, many outputs, each kept as it is made."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
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

MEDIA = {"jpeg": "image/jpeg", "webp": "image/webp"}
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
    for earlier in await made_before(deps.library, event, "renditions", found):
        if made := _as_planned(earlier, recipes):
            yield _facet(event, FIRST, made, deps.presets)
            yield _facet(event, "renditions", made, deps.presets)
            return
    if event.kind != "image":
        yield refused(event, "renditions", NOT_YET)
        return
    try:
        saying = _make(event, recipes, deps)
        async with aclosing(saying):
            async for said in saying:
                yield said
    except Refused as refusal:
        metrics.REFUSALS.labels("render").inc()
        yield refused(event, "renditions", refusal)


async def on_failure(event: AssetIngested, error: BaseException) -> Saying:
    """Before the message is buried."""
    yield failed(event, "renditions", error)


def _as_planned(earlier: Facet, recipes: list[Recipe]) -> RenditionsFacet | None:
    """An earlier facet that holds exactly the planned recipes."""
    data = RenditionsFacet.model_validate(earlier.data)
    return data if {r.recipe for r in data.renditions} == {r.hash for r in recipes} else None


async def _make(event: AssetIngested, recipes: list[Recipe], deps: Deps) -> Saying:
    owed = {r.hash for r in recipes if deps.presets.named(r.preset).wave == "first"}
    made = RenditionsFacet(sha256=event.sha256)
    uploads: list[asyncio.Task[None]] = []
    job = {"recipes": [recipe.model_dump(mode="json") for recipe in recipes]}
    cage: Cage | None = None
    try:
        async for cage, value in work_on(deps.library, deps.cages, event, job, "render"):
            if "image" in value:
                made = made.model_copy(update={"width": value["image"]["width"], "height": value["image"]["height"]})
                continue
            rendition = _rendition(event, value, deps.presets)
            body = await asyncio.to_thread((cage.folder / value["file"]).read_bytes)
            uploads.append(asyncio.create_task(_upload(deps.library, rendition, body)))
            made = made.model_copy(update={"renditions": [*made.renditions, rendition]})
            if owed and not (owed := owed - {value["recipe"]}):
                await asyncio.gather(*uploads)
                step("render.first-uploaded")
                yield _facet(event, FIRST, made, deps.presets)
                _since(event, "thumbnail")
        made = made.model_copy(update={"cpu_ms": round(cage.last_cpu_seconds * 1000, 1) if cage else 0.0})
        await asyncio.gather(*uploads)
    finally:
        for upload in uploads:
            upload.cancel()
    step("render.uploaded")
    yield _facet(event, "renditions", made, deps.presets)
    step("render.said")
    _since(event, "renditions")


async def _upload(library: Bucket, rendition: Rendition, body: bytes) -> None:
    await library.put(rendition.key, body, content_type=MEDIA[rendition.format])
    metrics.BYTES.labels("render", "out").inc(len(body))


def _rendition(event: AssetIngested, value: dict[str, Any], presets: Presets) -> Rendition:
    extension = Path(value["file"]).suffix.lstrip(".")
    return Rendition(
        preset=value["preset"],
        channel=presets.named(value["preset"]).channel,
        recipe=value["recipe"],
        key=rendition_key(event.sha256, value["recipe"], extension),
        format=value["format"],
        width=value["width"],
        height=value["height"],
        bytes=value["bytes"],
        sha256=value["sha256"],
    )


def _facet(event: AssetIngested, name: str, made: RenditionsFacet, presets: Presets) -> Any:
    if name == FIRST:
        first = [r for r in made.renditions if presets.named(r.preset).wave == "first"]
        made = made.model_copy(update={"renditions": first})
    return facet(event, name, made.model_dump(mode="json", exclude_none=True))


def _since(event: AssetIngested, stage: str) -> None:
    metrics.READY_SECONDS.labels(stage).observe(max(0.0, (datetime.now(UTC) - event.arrived).total_seconds()))
