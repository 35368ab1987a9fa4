"""Which object versions may go. Pure: the versions of some keys, which keys are wanted, and a clock."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from runtime.objects import ObjectInfo


def removable(
    history: Sequence[ObjectInfo], wanted: Callable[[str], bool], now: datetime, keep: timedelta
) -> Iterator[ObjectInfo]:
    """Versions to remove, of one key oldest first, so that no older one comes to light meanwhile.

    history: all versions of some keys, of one key oldest first. A version goes when its key is of no use to anybody
    and it is old itself, or when a younger version has stood in its place for long.
    """
    for key, versions in groupby(history, key=lambda info: info.key):
        listed = list(versions)
        unwanted = not wanted(key)
        for at, info in enumerate(listed):
            last = at + 1 == len(listed)
            since = info.modified if unwanted or last else listed[at + 1].modified
            if now - since <= keep or not (unwanted or info.deleted or not last):
                break  # what follows is younger
            yield info
