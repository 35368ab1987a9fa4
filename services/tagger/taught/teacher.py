"""The tagger teaches itself: looks at what the library's pictures are linked to, learns where enough has changed.

Whoever dies between two steps leaves a lesson that is not written down: the next look learns it again, to the same
heads of the same versions. Who was slower than somebody else finds another card or record than it had read, and leaves
it to them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from runtime.objects import Bucket, Exists
from runtime.steps import step
from services.tagger.taught.head import HeadCard
from services.tagger.taught.learning import write_linked, write_words
from services.tagger.taught.lesson import Lesson, Result, changed, enough, load, save
from services.tagger.taught.library import Known, Library
from services.tagger.taught.linked import EYES, PALETTE, Linked, palette_of
from services.tagger.taught.names import name_of
from services.tagger.taught.packed import Made, proof_of
from services.tagger.taught.replacing import stays
from services.tagger.taught.shelf import Shelf
from services.tagger.taught.shown import Shown, shown
from services.tagger.taught.words import LEAST_SAID, heard, lesson_of, said_of

log = logging.getLogger(__name__)
Learn = Callable[[Callable[[Path], None], dict[str, Any]], Awaitable[Sequence[Made]]]
"""Fills a folder, does the job of `learning.work` in it, and gives the heads that were made."""
WORDS = name_of("")
MOST_EXAMPLES = 8000
"""By asset id, which is by chance, and the same ones the next time: more cost time and memory and teach little."""


class Teacher:
    """One look after the other. models: versions by name, as they are loaded here."""

    def __init__(self, bucket: Bucket, learn: Learn, models: Mapping[str, str]) -> None:
        self._bucket, self._learn, self._models = bucket, learn, models
        self._library, self._shelf = Library(bucket), Shelf(bucket)

    async def look(self, *, always: bool = False) -> Mapping[str, Result] | None:
        """One look; None where nothing was learnt. always: from the links, however little has changed.

        Raises Unavailable, and what learning raises.
        """
        last, etag = await load(self._bucket)
        known = await self._library.look()
        cards = await self._shelf.cards()
        step("taught.looked")
        try:
            lesson = await self._words(await self._linked(last, known, cards, always=always), known, cards)
            if lesson is last:
                return None
            await save(self._bucket, lesson, etag)
        except Exists as error:
            log.info("taught tags were learnt elsewhere meanwhile: %s", error)
            return None
        step("taught.lesson-put")
        return lesson.results

    async def _linked(self, last: Lesson, known: Known, cards: Mapping[str, HeadCard], *, always: bool) -> Lesson:
        version = self._models.get(EYES, "")
        there, digests = await asyncio.to_thread(_shown, known, version)  # of a large library that takes a while
        if not version or not (always or enough(last, version, digests)):
            return last
        examples = await self._examples(there, version)
        results: dict[str, Result] = {}
        if examples:
            for card, body in await self._learn(partial(write_linked, examples=examples), {"version": version}):
                results[card.about] = await self._judge(card, body, cards.get(card.name))
        kept = {about: result for about, result in last.results.items() if about == ""}
        return last.model_copy(update={"version": version, "pictures": digests, "results": kept | results})

    async def _examples(self, there: Sequence[Shown], version: str) -> list[Linked]:
        there = there[:MOST_EXAMPLES]
        vectors = await self._library.vectors([one.picture for one in there], {EYES: version})
        return [
            Linked(
                {**vectors[one.picture.asset], PALETTE: palette_of(one.picture.colours)},
                one.values, one.group, one.picture.asset,
            )
            for one in there if one.picture.asset in vectors
        ]  # fmt: skip

    async def _words(self, last: Lesson, known: Known, cards: Mapping[str, HeadCard]) -> Lesson:
        """The tags of a folder, with what people confirmed and rejected since."""
        card = cards.get(WORDS)
        body = await self._shelf.body(card) if card else None
        proof = proof_of(card, body) if card and body else None
        if card is None or proof is None or proof.features is None:
            return last  # nobody taught a folder, or before its examples were kept
        before = last.words if last.words_on == card.version else heard(proof)
        said = said_of(card, proof, known.pictures)
        if changed(before, said.as_told()) < LEAST_SAID:
            return last
        told = [one for one in known.pictures if one.sha256 in said.confirmed]
        vectors = await self._library.vectors(told, card.needs)
        seen = {one.sha256: vectors[one.asset] for one in told if one.asset in vectors}
        said = replace(said, confirmed={name: tag for name, tag in said.confirmed.items() if name in seen})
        if changed(before, said.as_told()) < LEAST_SAID:
            return last
        lesson = lesson_of(card, proof, said, seen)
        ((made, numbers),) = await self._learn(partial(write_words, lesson=lesson), {"needs": dict(card.needs)})
        result = await self._judge(made, numbers, card)
        on, results = made.version if result.kept else card.version, {**last.results, "": result}
        return last.model_copy(update={"words": said.as_told(), "words_on": on, "results": results})

    async def _judge(self, card: HeadCard, body: bytes, before: HeadCard | None) -> Result:
        """Put it on the shelf, unless the one before is the same, or better."""
        kept = True
        if before is not None and before.version != card.version:
            body_before = await self._shelf.body(before)
            proof_before = proof_of(before, body_before) if body_before else None
            kept = not stays(before, card, proof_before, proof_of(card, body))
        if kept and (before is None or before.version != card.version):
            await self._shelf.put(card, body)
        return Result(tags=len(card.tags), examples=card.examples, top1=card.top1, top3=card.top3, kept=kept)


def _shown(known: Known, version: str) -> tuple[list[Shown], dict[str, str]]:
    """What each picture teaches, and its digest by asset."""
    there = shown(known, version)
    return there, {one.picture.asset: one.digest for one in there}
