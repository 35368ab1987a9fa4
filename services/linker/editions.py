"""A file for a place that is taken is that picture's next version at once, where the profile of its folder says so.

Elsewhere a person is asked (the catalogue does). What people said of the two holds, and it is said once: a split holds.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from runtime.publisher import Outgoing
from schemas.curation import EDITION
from schemas.decision import Decision
from schemas.file import FileFacet
from schemas.links import LinksFacet
from schemas.topics import DECISIONS
from services.linker.names import tokens
from services.linker.vocabulary import edition

_HOLDER = """
SELECT l.asset_id, l.edition, a.arrived, a.sha256, coalesce(c.fields, '{}') AS fields,
       (SELECT n.name FROM linker.asset n WHERE n.asset_id = l.asset_id ORDER BY n.version DESC LIMIT 1) AS newest
FROM linker.linked l JOIN linker.asset a USING (asset_id, version) LEFT JOIN linker.curation c USING (asset_id)
WHERE l.slot = $1 AND l.slot <> '' AND l.asset_id <> $2
  AND l.version = (SELECT s.version FROM linker.shown s WHERE s.asset_id = l.asset_id AND s.open)
ORDER BY l.edition, a.arrived, l.asset_id LIMIT 1
"""
_JOINING = """
SELECT DISTINCT l.asset_id FROM linker.linked l JOIN linker.asset a USING (asset_id, version)
WHERE l.slot = $1 AND l.slot <> '' AND l.asset_id <> $2 AND a.joins
"""


@dataclass(frozen=True)
class Holder:
    """The oldest edition of those that have a place. newest: the name of its newest version."""

    asset_id: str
    edition: int
    arrived: datetime
    sha256: str | None
    said: frozenset[str]
    newest: str


def joins(file: FileFacet) -> bool:
    """Whether its folder's profile says so. What came from another asset is no asset's edition by itself."""
    return file.profile.editions == "join" and file.taken_from is None


async def joining(db: asyncpg.Connection, asset_id: str, slot: str) -> list[str]:
    """The other assets of this place that may join whoever has it."""
    return [row["asset_id"] for row in await db.fetch(_JOINING, slot, asset_id)] if slot else []


async def joined(
    db: asyncpg.Connection, asset_id: str, versions: Sequence[asyncpg.Record], links: LinksFacet
) -> Outgoing | None:
    """The decision by which this asset is a newer edition of the one that has its place; None where it is not.

    versions: all that it has. links: of the newest.
    """
    if not links.slot or not all(one["joins"] for one in versions):
        return None
    row = await db.fetchrow(_HOLDER, links.slot, asset_id)
    if row is None:
        return None
    said = {name.removeprefix(EDITION) for name in json.loads(row["fields"]) if name.startswith(EDITION)}
    holder = Holder(row["asset_id"], row["edition"], row["arrived"], row["sha256"], frozenset(said), row["newest"])
    newest = versions[-1]
    own = Holder(asset_id, links.edition, newest["arrived"], newest["sha256"], frozenset(), newest["name"])
    return _decision(own, holder) if is_newer(own, holder) else None


def is_newer(own: Holder, holder: Holder) -> bool:
    """Whether it may be the holder's next version: later than all that it is by now, other bytes, and nobody said."""
    later = (own.edition, own.arrived, own.asset_id) > (holder.edition, holder.arrived, holder.asset_id)
    stands = edition(tokens(holder.newest.rpartition("/")[2]))
    return later and own.edition >= stands and own.sha256 != holder.sha256 and own.asset_id not in holder.said


def _decision(own: Holder, holder: Holder) -> Outgoing:
    """Said twice it counts once, also where a person has split the two since."""
    field = f"{EDITION}{own.asset_id}"
    decision = Decision(
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{holder.asset_id} {field}")),
        entity=f"asset/{holder.asset_id}",
        set={field: "confirmed"},
        expects={field: None},
        by="linker",
        why="a newer edition, which the profile of its folder has join",
        at=datetime.now(UTC),
    )
    return Outgoing(DECISIONS, decision.entity, decision, (decision.id,), holder.asset_id)
