"""What each rule found, night by night: `audits/found/<day>.json` in the library, written once and never rewritten."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress

from runtime.objects import Bucket, Exists

FOLDER = "audits/found/"
MOST = 5000
"""Findings of a rule that a night names: of a rule that finds as many or more, reports say how many only."""
Night = Mapping[str, Sequence[str]]
"""Rule → ids of what it found; a rule that could not be asked is not in it."""


async def keep(library: Bucket, day: str, found: Night) -> None:
    """The day's first run; a later one, of this process or another, changes nothing. Raises Unavailable."""
    with suppress(Exists):
        await library.put(_key(day), json.dumps(dict(found), sort_keys=True).encode(), new=True)


async def days(library: Bucket) -> list[str]:
    """Those that there are, oldest first. Raises Unavailable."""
    keys = (one.key for one in await library.listing(FOLDER))
    return sorted(key.removeprefix(FOLDER).removesuffix(".json") for key in keys)


async def night(library: Bucket, day: str) -> Night:
    """What was found then; nothing where there was no run. Raises Unavailable."""
    stored = await library.get(_key(day))
    found: Night = json.loads(stored.body) if stored else {}
    return found


def _key(day: str) -> str:
    return f"{FOLDER}{day}.json"
