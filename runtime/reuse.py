"""Objects that were there before: whoever takes one over makes sure that it stays.

The collector deletes by version id what is unreferenced and over seven days old. Whoever begins to refer to an object
that is over a day old therefore writes the same bytes again: that version is young, and is there when the old one goes.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from runtime.objects import Bucket

YOUNG = timedelta(days=1)


async def taken_over(library: Bucket, key: str) -> bool:
    """Whether the object is there and will stay for days; False: it has to be made again. Raises Unavailable."""
    found = await library.head(key)
    if found is None:
        return False
    return datetime.now(UTC) - found.modified < YOUNG or await library.renew(key)


async def all_taken_over(library: Bucket, keys: Sequence[str]) -> bool:
    """The same of several."""
    return all(await asyncio.gather(*(taken_over(library, key) for key in keys)))
