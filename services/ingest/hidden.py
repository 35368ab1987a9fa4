"""Arrivals that a plain listing does not show: something newer, or a delete marker, came over them before we looked."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import groupby

from runtime.objects import ObjectInfo
from services.ingest.names import is_list, is_nothing, is_sidecar
from services.ingest.source import mark


def hidden(history: Iterable[ObjectInfo], done: Mapping[str, Collection[str]], before: datetime) -> list[str]:
    """The keys. history: all versions of some keys, of one together and oldest first; done: marks of known ones.

    before: what was covered later than this is on its way. Of lists and side-cars only what stands now counts.
    """
    found = []
    for key, versions in groupby(history, lambda info: info.key):
        *older, newest = versions
        if not older or newest.modified > before or is_nothing(key) or is_list(key) or is_sidecar(key):
            continue
        if any(_is_untaken(info, done.get(key)) for info in older):
            found.append(key)
    return found


def _is_untaken(info: ObjectInfo, done: Collection[str] | None) -> bool:
    """An empty one that was superseded held nothing; one at which we failed is left.

    Stores list a `null` version with other marks than GET tells: of a known name its own job judges it.
    """
    if info.deleted or info.size == 0:
        return False
    if done is None:
        return True
    return info.version_id not in ("", "null") and mark(info) not in done
