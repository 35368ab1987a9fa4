"""Folder profiles lie in one file; who changed which, from what to what, is a decision about each folder."""

import asyncio
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from services.catalog.api.deps import Deps
from services.catalog.api.saying import say

KIND = "folder"
LONGEST = 500
"""Bytes of a name in the archive, where it is quoted: a longer one is hashed."""
Said = Mapping[str, Mapping[str, Any]]
"""Folder → what its profile says."""


def entity(folder: str) -> str:
    """Of the decisions about its profile."""
    named = len(quote(folder, safe="")) <= LONGEST
    return f"{KIND}/{folder if named else sha256(folder.encode()).hexdigest()}"


async def note(deps: Deps, by: str, before: Said, now: Said, why: str | None = None) -> None:
    """Of each folder whose profile is another: `profile`, `was` (null: none). Returns when Kafka has all. Raises
    Unavailable.
    """
    changed = [name for name in dict.fromkeys([*before, *now]) if before.get(name) != now.get(name)]
    fields = {name: {"folder": name, "profile": now.get(name), "was": before.get(name)} for name in changed}
    await asyncio.gather(*(say(deps, by, entity(name), one, why=why) for name, one in fields.items()))
