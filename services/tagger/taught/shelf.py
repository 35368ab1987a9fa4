"""Heads in the library, `taught/`: the archive, from which every tagger takes them into its folder of models.

A file of numbers is named by its content and comes first, its card is written over exactly the one that was looked at.
"""

import asyncio
import logging
from pathlib import Path

from runtime.objects import Bucket, Exists
from runtime.steps import step
from services.tagger.models.registry import TAUGHT
from services.tagger.taught.folder import numbers, place, standing
from services.tagger.taught.head import HeadCard

log = logging.getLogger(__name__)
SHELF = "taught/"


class Shelf:
    """The heads of one library. Cards are read again only where they have changed."""

    def __init__(self, library: Bucket) -> None:
        self._library = library
        self._cards: dict[str, tuple[str, HeadCard | None]] = {}
        """Object key → its etag and what it holds, if that can be read."""

    async def cards(self) -> dict[str, HeadCard]:
        """Name → card; one that cannot be read is left out, and whatever comes replaces it."""
        listed = [one for one in await self._library.listing(f"{SHELF}{TAUGHT}") if one.key.endswith(".json")]
        for key in self._cards.keys() - {one.key for one in listed}:
            del self._cards[key]
        for one in listed:
            if one.key not in self._cards or self._cards[one.key][0] != one.etag:
                await self._read(one.key)
        return {card.name: card for _, card in self._cards.values() if card}

    async def _read(self, key: str) -> None:
        self._cards.pop(key, None)
        if stored := await self._library.get(key):
            self._cards[key] = stored.etag, None
            try:
                self._cards[key] = stored.etag, HeadCard.model_validate_json(stored.body)
            except ValueError as error:
                log.warning("%s cannot be read, and is replaced by what is taught next: %s", key, error)

    async def body(self, card: HeadCard) -> bytes | None:
        """Its numbers, or None where they are gone."""
        stored = await self._library.get(SHELF + card.file)
        return stored.body if stored else None

    async def put(self, card: HeadCard, body: bytes) -> None:
        """In place of the one that `cards` has told of last. Raises Exists where somebody else was quicker."""
        key = f"{SHELF}{card.name}.json"
        before = self._cards.get(key)
        await self._library.put(SHELF + card.file, body, content_type="application/octet-stream")
        step("taught.numbers-put")
        etag = await self._library.put(key, card.packed(), if_match=before[0] if before else None, new=before is None)
        step("taught.card-put")
        self._cards[key] = etag, card
        if before and before[1] and before[1].file != card.file:
            await self._library.delete(SHELF + before[1].file)

    async def level(self, folder: Path) -> None:
        """Bring shelf and folder to the same heads: of two that differ the one that was taught last."""
        there = await self.cards()
        here = {path.stem: card for path in sorted(folder.glob(f"{TAUGHT}*.json")) if (card := standing(path))}
        for name in sorted(there.keys() | here.keys()):
            ours, theirs = here.get(name), there.get(name)
            if ours and (theirs is None or ours.taught > theirs.taught):
                await self._give(folder, ours)
            elif theirs and (ours is None or ours.version != theirs.version):
                await self._take(folder, theirs)

    async def _give(self, folder: Path, card: HeadCard) -> None:
        try:
            await self.put(card, await asyncio.to_thread(numbers, folder, card))
        except (OSError, ValueError) as error:
            log.warning("the taught tags of %s stay here alone: %s", card.name, error)
        except Exists:
            log.info("%s was taught elsewhere meanwhile", card.name)  # looked at again the next time

    async def _take(self, folder: Path, card: HeadCard) -> None:
        body = await self.body(card)
        try:
            if body is not None:
                await asyncio.to_thread(place, folder, card, body)
        except OSError as error:
            log.warning("the taught tags of %s cannot be kept in %s: %s", card.name, folder, error)
