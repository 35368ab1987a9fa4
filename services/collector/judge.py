"""Which object versions may go. Pure: the versions of some keys, which keys are wanted, and a clock."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from runtime.objects import ObjectInfo


def removable(
    history: Sequence[ObjectInfo],
    wanted: Callable[[str], bool],
    now: datetime,
    keep: timedelta,
    *,
    never_deleted: bool = False,
) -> Iterator[ObjectInfo]:
    """Versions to remove, of one key oldest first, so that no older one comes to light meanwhile.

    history: all versions of some keys, of one key oldest first. A version goes when its key is of no use to anybody
    and it is old itself, or when a younger version has stood in its place for long.

    never_deleted: nobody of ours deletes such keys while they are wanted, or writes other bytes there. So of one that
    is deleted all the same every version stays, and of others those that differ from the last in size: if that one was
    cut off, they can be put back.
    """
    for key, versions in groupby(history, key=lambda info: info.key):
        listed = list(versions)
        unwanted = not wanted(key)
        held, newest = never_deleted and not unwanted, listed[-1]
        if held and newest.deleted:
            continue
        for at, info in enumerate(listed):
            if held and not info.deleted and info.size != newest.size:
                continue
            last = at + 1 == len(listed)
            since = info.modified if unwanted or last else listed[at + 1].modified
            if now - since <= keep or not (unwanted or info.deleted or not last):
                break  # what follows is younger
            yield info
