"""One wave of one version: what of its plan is there, the rest made in the cage and uploaded as it comes."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from runtime import metrics
from runtime.jobs import Cage, Cages
from runtime.objects import Bucket
from runtime.originals import work_on
from runtime.recipes import rendition_key
from runtime.refusal import Refused
from runtime.reuse import taken_over
from schemas.asset import AssetIngested
from schemas.facet import Facet
from schemas.rendition import Rendition, RenditionsFacet, Skipped
from services.render.kinds import job_for
from services.render.presets import Presets
from services.render.recipe import Planned, Recipe
from services.render.uploads import Uploads
from services.render.video.rungs import AnyRung

# What the child says of a rendition beside its size; names, keys and formats are never its own.
EXTRAS = {"ms", "quality", "measure", "saved_original", "saved_jpeg", "seconds", "fps", "frames", "page", "triangles"}
EXTRAS |= {"clipping_path", "notes", "filled", "pure_white", "window", "origin"}
FACTS = ("video", "model", "document")
MOST_FACTS = 20_000  # letters of what a child may say of an original


@dataclass(frozen=True)
class Deps:
    """What the handlers work with. `pools`: cages by kind; `missing`: why a kind has none."""

    library: Bucket
    pools: Mapping[str, Cages]
    presets: Presets
    missing: Mapping[str, Refused]
    rungs: Sequence[AnyRung] = ()
    """What a video is owed beside its pictures."""

    def pool(self, kind: str) -> Cages:
        """The cages for that kind. Raises Refused where it is not made here."""
        if kind not in self.pools:
            raise self.missing[kind]
        return self.pools[kind]


class Batch:
    """`made` grows while `run` goes on; `uploads` must be entered before and waited for after."""

    def __init__(self, event: AssetIngested, planned: Sequence[Planned], kept: RenditionsFacet, deps: Deps) -> None:
        self._event, self._planned, self._deps = event, planned, deps
        self.made, self.uploads = kept, Uploads(deps.library)
        self._there = {rendition.recipe: rendition for rendition in kept.renditions}

    @property
    def todo(self) -> list[Planned]:
        """What is planned, not there, and not known to be none of this original's."""
        settled = self._there.keys() | {one.recipe for one in self.made.skipped}
        return [one for one in self._planned if one.hash not in settled and not self._beyond(one)]

    def _beyond(self, planned: Planned) -> bool:
        """A page that the document has not."""
        pages = self.made.facts.get("document", {}).get("made")
        return isinstance(planned, Recipe) and planned.page is not None and pages is not None and planned.page > pages

    def owed(self, wave: str) -> bool:
        """Whether something of that wave is still to be made."""
        return any(one.wave == wave for one in self.todo)

    def of_wave(self, wave: str) -> list[Rendition]:
        """What is there of a wave."""
        return [self._there[one.hash] for one in self._planned if one.wave == wave and one.hash in self._there]

    async def run(self) -> AsyncGenerator[None, None]:
        """Make what is to do; yields whenever something more is on its way. Raises Refused, WorkFailed, Unavailable."""
        self.made = self.made.model_copy(update={"cpu_ms": 0.0})
        todo = self.todo
        own = {one.own: None for one in todo if isinstance(one, Recipe) and one.own}
        if ours := [one for one in todo if not (isinstance(one, Recipe) and one.own)]:
            async with aclosing(self._original(ours)) as values:
                async for value in values:
                    yield value
        for sha256 in own:
            theirs = [one for one in todo if isinstance(one, Recipe) and one.own == sha256]
            async with aclosing(self._persons(str(sha256), theirs)) as values:
                async for value in values:
                    yield value

    async def _original(self, todo: Sequence[Planned]) -> AsyncGenerator[None, None]:
        """From the original; where that is refused, from the camera's JPEG that came with it."""
        try:
            async with aclosing(self._values(self._event.sha256, self._event.kind, todo)) as values:
                async for value in values:
                    yield value
        except Refused:
            if self._event.proxy is None:
                raise
        else:
            return
        async with aclosing(self._values(self._event.proxy, "image", todo)) as values:
            async for value in values:
                yield value

    async def _persons(self, sha256: str, todo: Sequence[Planned]) -> AsyncGenerator[None, None]:
        """From the file that a person has set for these presets; what is wrong with it spoils nothing else."""
        # Before its facet: the collector keeps what a version refers to.
        await self._deps.library.put(f"refs/{sha256}/{self._event.asset_id}/{self._event.version}", b"")
        if not await taken_over(self._deps.library, f"originals/{sha256}"):
            self._skip(todo, "The file that was set for this preset is not in the library any more.")
            return
        try:
            async with aclosing(self._values(sha256, "image", todo, own=True)) as values:
                async for value in values:
                    yield value
        except Refused as refusal:
            self._skip([one for one in todo if one.hash not in self._there], f"The file that was set: {refusal.cause}")

    async def _values(
        self, sha256: str, kind: str, todo: Sequence[Planned], *, own: bool = False
    ) -> AsyncGenerator[None, None]:
        planned = {one.hash: one for one in todo}
        cages, job = self._deps.pool(kind), job_for(kind, todo)
        original = self._event.model_copy(update={"sha256": sha256})
        cage: Cage | None = None
        async with aclosing(work_on(self._deps.library, cages, original, job, "render")) as values:
            async for cage, value in values:
                if "recipe" in value:
                    body = await asyncio.to_thread(cage.output(value["file"]).read_bytes)
                    self._keep(sha256, planned[value["recipe"]], value, body)
                elif "skipped" in value:
                    self._skip([planned[value["skipped"]["recipe"]]], str(value["skipped"]["reason"])[:500])
                elif "text" in value:
                    body = await asyncio.to_thread(cage.output(value["text"]["file"]).read_bytes)
                    self._keep_text(sha256, body)
                elif not own:
                    self._note(value)
                yield
        spent = cage.last_cpu_seconds * 1000 if cage else 0.0
        self.made = self.made.model_copy(update={"cpu_ms": round(self.made.cpu_ms + spent, 1)})

    def _keep(self, sha256: str, planned: Planned, value: Mapping[str, Any], body: bytes) -> None:
        rendition = Rendition(
            preset=planned.preset,
            channel=planned.channel,
            recipe=planned.hash,
            key=rendition_key(sha256, planned.hash, planned.extension),
            format=planned.format,
            width=value["width"],
            height=value["height"],
            bytes=len(body),
            sha256=value["sha256"],
            faithful=True if isinstance(planned, Recipe) and planned.faithful else None,
            colours=colours_of(planned),
            mode=planned.mode if isinstance(planned, Recipe) else None,
            **{name: value[name] for name in EXTRAS & value.keys()},
        )
        self.uploads.start(rendition.key, planned.format, body)
        metrics.SAVED.inc(max(0, rendition.saved_jpeg or 0))
        self._there[rendition.recipe] = rendition
        there = [self._there[one.hash] for one in self._planned if one.hash in self._there]
        self.made = self.made.model_copy(update={"renditions": there})

    def _keep_text(self, sha256: str, body: bytes) -> None:
        key = f"text/{sha256}.txt"
        self.uploads.start(key, "text", body)
        self.made = self.made.model_copy(update={"text": key})

    def _skip(self, planned: Sequence[Planned], reason: str) -> None:
        known = {one.recipe for one in self.made.skipped}
        more = [Skipped(preset=p.preset, recipe=p.hash, reason=reason) for p in planned if p.hash not in known]
        self.made = self.made.model_copy(update={"skipped": [*self.made.skipped, *more]})

    def _note(self, value: Mapping[str, Any]) -> None:
        """Facts of the original."""
        changed: dict[str, Any] = {}
        if "image" in value:
            told = value["image"]
            changed |= {name: told[name] for name in ("width", "height", "product") if name in told}
        found = {name: value[name] for name in FACTS if name in value}
        if found and len(json.dumps(found)) <= MOST_FACTS:
            changed["facts"] = {**self.made.facts, **found}
        self.made = self.made.model_copy(update=changed)


def colours_of(planned: Planned) -> str | None:
    """Which colours a picture made by that has."""
    return planned.colours if isinstance(planned, Recipe) else None


def still_planned(event: AssetIngested, earlier: Facet, planned: Sequence[Planned]) -> RenditionsFacet:
    """What an earlier facet holds of the plan, in its order: only what is stale is made again."""
    data = RenditionsFacet.model_validate(earlier.data)
    by_recipe = {rendition.recipe: rendition for rendition in data.renditions}
    renditions = [
        by_recipe[one.hash].model_copy(update={"channel": one.channel, "colours": colours_of(one)})
        for one in planned
        if one.hash in by_recipe
    ]
    hashes = {one.hash for one in planned}
    own = earlier.asset_id == event.asset_id and earlier.version == event.version
    return data.model_copy(
        update={
            "renditions": renditions,
            "skipped": [one for one in data.skipped if one.recipe in hashes],
            "cpu_ms": data.cpu_ms if own else 0.0,
        }
    )
