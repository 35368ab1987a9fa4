"""What the last learning saw and what came of it, `taught/lesson.json`: it says when there is enough for the next."""

import logging
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from runtime.objects import Bucket
from services.tagger.taught.shelf import SHELF

log = logging.getLogger(__name__)
RECORD = f"{SHELF}lesson.json"
LEAST_CHANGED = 20
SHARE_CHANGED = 0.1
"""So many pictures, and such a share of those of the last learning, came, went or show something else."""


class Result(BaseModel):
    """What came of one question. kept: whether the new head is used; else the one before was better."""

    model_config = ConfigDict(frozen=True)

    tags: int
    examples: int
    top1: float
    top3: float
    kept: bool


class Lesson(BaseModel):
    """pictures: asset → digest of what it taught. words: what people had said of the tags of a folder when the head of
    the version `words_on` was learnt or found to be better. told: the taught versions that the library was last tagged
    again for."""

    model_config = ConfigDict(frozen=True)

    version: str = ""
    pictures: dict[str, str] = Field(default_factory=dict)
    results: dict[str, Result] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)
    words_on: str = ""
    told: dict[str, str] = Field(default_factory=dict)


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> int:
    """How many came, went or differ."""
    return sum(before.get(name) != now.get(name) for name in before.keys() | now.keys())


def enough(last: Lesson, version: str, pictures: Mapping[str, str]) -> bool:
    """Whether so much has changed since the last learning that it is worth another."""
    if last.version != version:
        return len(pictures) >= LEAST_CHANGED
    return changed(last.pictures, pictures) >= max(LEAST_CHANGED, SHARE_CHANGED * len(last.pictures))


async def load(library: Bucket) -> tuple[Lesson, str | None]:
    """The record and its etag; a blank one where there is none, or none that can be read."""
    stored = await library.get(RECORD)
    if stored is None:
        return Lesson(), None
    try:
        return Lesson.model_validate_json(stored.body), stored.etag
    except ValueError as error:
        log.warning("%s cannot be read, all is learnt anew: %s", RECORD, error)
        return Lesson(), stored.etag


async def save(library: Bucket, lesson: Lesson, etag: str | None) -> str:
    """Over exactly the one that was read. Raises Exists where somebody else wrote it meanwhile."""
    return await library.put(RECORD, lesson.model_dump_json().encode(), if_match=etag, new=etag is None)
