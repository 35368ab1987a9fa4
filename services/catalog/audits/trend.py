"""How much each rule found, day by day: `audit/<day>.json` in the library, written once a day and never rewritten."""

import json
from collections.abc import Mapping
from contextlib import suppress

from runtime.objects import Bucket, Exists

FOLDER = "audit/"


async def keep(library: Bucket, day: str, counts: Mapping[str, int]) -> None:
    """The day's first count; a later one, of this process or another, changes nothing. Raises Unavailable."""
    with suppress(Exists):
        await library.put(f"{FOLDER}{day}.json", json.dumps(dict(counts), sort_keys=True).encode(), new=True)


async def days(library: Bucket, most: int) -> dict[str, dict[str, int]]:
    """Day → rule → count of the last days that there are, oldest first. Raises Unavailable."""
    keys = sorted(one.key for one in await library.listing(FOLDER))[-most:]
    found = {key.removeprefix(FOLDER).removesuffix(".json"): await library.get(key) for key in keys}
    return {day: json.loads(stored.body) for day, stored in found.items() if stored}


async def of_day(library: Bucket, day: str) -> dict[str, int]:
    """Rule → count of that day; nothing where there was no run. Raises Unavailable."""
    stored = await library.get(f"{FOLDER}{day}.json")
    found: dict[str, int] = json.loads(stored.body) if stored else {}
    return found
