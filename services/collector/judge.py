"""Which object versions may go. Pure: a look at references, the listed versions, and a clock."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from runtime.objects import ObjectInfo
from services.collector.references import References, rendition_of

BY_CONTENT = ("originals/", "renditions/", "vectors/", "text/")
"""Named by the hash of the content that they are or were made of."""
FOREVER = ("history/",)
"""Never rewritten and never deleted: what people decided, and what became of it."""


def removable(
    history: Sequence[ObjectInfo], references: References, now: datetime, keep: timedelta
) -> Iterator[ObjectInfo]:
    """Versions to remove, of one key oldest first, so that no older one comes to light meanwhile.

    history: all versions under some prefix, of one key oldest first. A version goes when its key is of no use to
    anybody and it is old itself, or when a younger version has stood in its place for long.
    """
    for key, versions in groupby(history, key=lambda info: info.key):
        if key.startswith(FOREVER):
            continue
        listed = list(versions)
        unwanted = key.startswith(BY_CONTENT) and not _wanted(key, references)
        for at, info in enumerate(listed):
            since = info.modified if unwanted or at + 1 == len(listed) else listed[at + 1].modified
            last = at + 1 == len(listed)
            superseded = not last or info.deleted
            if (unwanted or superseded) and now - since > keep:
                yield info
            else:
                break  # a younger one after an older one that stays


def _wanted(key: str, references: References) -> bool:
    sha256 = key.split("/")[1].partition(".")[0]
    if sha256 not in references.owners:
        return False
    rendition = rendition_of(key)
    return rendition is None or rendition in references.renditions
