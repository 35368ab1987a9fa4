"""What happened, as objects that are never rewritten: `history/<kind>/<id>/<time>-<event>.json`.

Names are made of what happened alone, so that whoever comes to it again, by a replay or in a later life, finds it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from runtime.objects import Bucket, Exists
from schemas.decision import Decision
from schemas.facet import Facet
from schemas.file import FileFacet
from schemas.head import HeadFacet


@dataclass(frozen=True)
class Note:
    """One object to be."""

    path: str
    body: str


async def write(library: Bucket, note: Note) -> None:
    """Write it, once and for all. Raises Unavailable."""
    try:
        await library.put(note.path, note.body.encode(), new=True)
    except Exists:
        return  # it was noted in an earlier life


def arrived(facet: Facet) -> Note | None:
    """A version came: its `file` facet in its first revision. None for all else."""
    if facet.facet != "file" or facet.revision != 1:
        return None
    at = facet.data.get("arrived")
    time = FileFacet.model_validate(facet.data).arrived if at else facet.written
    again = facet.data.get("restored")
    words = f"is version {again} again" if again else "arrived"
    about = {"sha256": facet.data.get("sha256"), "key": facet.data.get("key")}
    return _version(facet.asset_id, facet.version, time, "arrived", words, about)


def went_live(asset_id: str, head: HeadFacet) -> Note | None:
    """The live version went live; None where nothing is live, or nobody noted when."""
    if head.live is None or head.live_since is None:
        return None
    return _version(asset_id, head.live, head.live_since, "live", "went live", {})


def _version(asset_id: str, version: int, at: datetime, event: str, words: str, about: dict[str, object]) -> Note:
    body = {"event": f"Version {version} {words}", "at": at.isoformat(), "version": version, **about}
    return Note(f"history/asset/{asset_id}/{at.isoformat()}-version-{version}-{event}.json", json.dumps(body))


def decided(decision: Decision) -> Note:
    """A person decided."""
    kind, _, name = decision.entity.partition("/")
    path = f"history/{kind}/{quote(name, safe='')}/{decision.at.isoformat()}-decision-{decision.id}.json"
    return Note(path, decision.model_dump_json())
