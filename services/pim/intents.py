"""What we are about to put at places of a PIM, noted before: after a crash between delivery and record it is known as
ours by that note, and any other picture of ours there is somebody's own change.

A note counts while the record is the one that it was made over; with the next record it says nothing more.
"""

from collections.abc import Mapping
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from runtime.objects import Bucket

Contents = Mapping[str, frozenset[str]]
"""Place → what may have been put there."""


class Note(BaseModel):
    """The object."""

    model_config = ConfigDict(frozen=True)

    revision: int
    places: dict[str, frozenset[str]]


async def intended(library: Bucket, system: str, sku: str, revision: int) -> Contents:
    """What was noted since the record of that revision (0: there is none)."""
    stored = await library.get(intents_object(system, sku))
    note = Note.model_validate_json(stored.body) if stored else None
    return note.places if note and note.revision == revision else {}


async def intend(
    library: Bucket, system: str, sku: str, revision: int, before: Contents, new: Mapping[str, str]
) -> None:
    """Note it, with what was noted before: any of them may stand there when we come back."""
    places = {place: before.get(place, frozenset()) for place in before.keys() | new.keys()}
    places |= {place: places[place] | {content} for place, content in new.items()}
    if places != before:
        note = Note(revision=revision, places=places)
        await library.put(intents_object(system, sku), note.model_dump_json().encode())


def intents_object(system: str, sku: str) -> str:
    """Where it lies."""
    return f"pim/{system}/intents/{quote(sku, safe='')}"
