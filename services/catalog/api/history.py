"""What happened to an asset: people's decisions and version changes from the archive, and what the workers wrote."""

import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from runtime.told import ended
from services.catalog.api.deps import Deps
from services.catalog.api.models import HistoryItem
from services.catalog.api.said import in_words, taken_back
from services.catalog.queries import actions
from services.catalog.queries.actions import Sending, sender
from services.catalog.queries.asset import Whole
from services.catalog.queries.cursor import BadCursor, Of, given, of, taken

MOST = 50
"""Objects of the archive on a page."""
NEVER = datetime.max.replace(tzinfo=UTC)
ARRIVED = "arrived"
_CAME = re.compile(r"-version-(\d+)-arrived\.json$")
SAID = {
    "file": "The file was checked and kept",
    "renditions.first": "The thumbnail was made",
    "renditions": "All renditions were made",
    "renditions.later": "Those of the second wave were made",
    "tags": "Tagged",
    "tags.later": "Codes and text were looked for",
    "tags.shots": "Its shots were tagged",
    "links": "Compared with the products",
}


class Place(NamedTuple):
    """Where a page ends: its last object in the archive, and the time of its last item."""

    key: str
    at: datetime


class Told(NamedTuple):
    """A page, the newest first, and where it ends; None: nothing is older."""

    items: list[HistoryItem]
    end: Place | None


async def history(deps: Deps, whole: Whole, after: Place | None = None, most: int = MOST) -> Told:
    """What came before that place, of the archive at most so many objects. Raises Unavailable."""
    library, own = deps.library, whole.card["id"]
    keys = [info.key for info in await library.listing(f"history/asset/{own}/")]
    older = [key for key in keys if after is None or key < after.key]
    curated = whole.facets.get(0, {}).get("curation", {}).get("data", {})
    refused = {one.get("decision"): str(one.get("cause", "")) for one in curated.get("refused", [])}
    bodies = [(key, json.loads(one.body)) for key in older[-most:] if (one := await library.get(key))]
    names = {body.get("key") for _, body in bodies} | {
        facets["file"]["data"].get("key") for facets in whole.facets.values() if "file" in facets
    }
    known = await actions.about(deps.database, own, names)
    items = [item for item in (_archived(key, body, refused, known.sendings) for key, body in bodies) if item]
    end = None
    if len(older) > most:
        end = Place(older[-most], min([item.at for item in items], default=after.at if after else NEVER))
    told = {item.what for item in items} | {
        f"Version {found[1]} {ARRIVED}" for key in keys if (found := _CAME.search(key))
    }
    others = [item for item in _written(whole, known.sendings) if item.what not in told]
    others += [HistoryItem(at=one.at, what="Asked to be worked on again", by=one.by) for one in known.retries]
    items += [item for item in others if _between(item.at, end, after)]
    return Told(sorted(items, key=lambda item: item.at, reverse=True), end)


def cursor_of(asset_id: str, end: Place | None) -> str | None:
    """For who asks for the older ones."""
    return given(_whose(asset_id), end.key, end.at.isoformat()) if end else None


def place_of(asset_id: str, cursor: str) -> Place | None:
    """The other way; None for the beginning. Raises BadCursor."""
    if not cursor:
        return None
    key, at = taken(cursor, _whose(asset_id), str, str)
    try:
        return Place(key, datetime.fromisoformat(at).astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise BadCursor from error


def _whose(asset_id: str) -> Of:
    return of("history", asset_id)


def _between(at: datetime, end: Place | None, after: Place | None) -> bool:
    return (end is None or at >= end.at) and (after is None or at < after.at)


def _archived(
    key: str, body: dict[str, Any], refused: Mapping[str | None, str], sendings: Collection[Sending] = ()
) -> HistoryItem | None:
    """`history/<kind>/<id>/<time>-<event>.json`: a decision, or what the curator did.

    refused: decision → why it was not taken. sendings: who may have sent what arrived.
    """
    told = body.get("at") or body.get("time") or body.get("written")
    if not told:
        return None
    at, by = datetime.fromisoformat(told), body.get("by") or ""
    event = body.get("event") or body.get("what") or key.rpartition("-")[2].removesuffix(".json")
    said = [in_words(name, value) for name, value in (body.get("set") or {}).items()]
    said += [taken_back(name) for name in body.get("clear") or []]
    what, why = "; ".join(said) or str(event), body.get("why") or ""
    if _CAME.search(key) and what.endswith(ARRIVED):
        by = sender(sendings, body.get("key") or "", at)
    if (own := body.get("id")) in refused:
        what, why = f"Not taken: {what}", refused[own]
    return HistoryItem(at=at, what=what, by=by, why=why)


def _written(whole: Whole, sendings: Collection[Sending]) -> list[HistoryItem]:
    items: list[HistoryItem] = []
    for version, facets in whole.facets.items():
        for name, facet in facets.items():
            if version == 0 or name not in SAID:
                continue
            done = facet["status"] == "done"
            what = SAID[name] if done else ended(name, facet["status"])
            items.append(HistoryItem(at=facet["written"], what=f"{what} (version {version})", why=facet["cause"] or ""))
        file = facets.get("file", {}).get("data", {}) if version else {}
        if arrived := file.get("arrived"):
            at, again = datetime.fromisoformat(arrived), file.get("restored")
            by = "" if again else sender(sendings, file.get("key") or "", at)
            words = f"is version {again} again" if again else ARRIVED
            items.append(HistoryItem(at=at, what=f"Version {version} {words}", by=by))
    return items
