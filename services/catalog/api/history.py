"""What happened to an asset: people's decisions and version changes from the archive, and what the workers wrote."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from runtime.objects import Bucket
from runtime.told import ended
from schemas.curation import ANSWERS, RESTORE, USED
from schemas.limits import LIMITS, of_words
from schemas.product import Limits
from schemas.rights import CONSENT, LICENCE
from services.catalog.api.models import HistoryItem
from services.catalog.queries.asset import Whole
from services.catalog.queries.cursor import BadCursor, Of, given, of, taken

MOST = 50
"""Objects of the archive on a page."""
NEVER = datetime.max.replace(tzinfo=UTC)
_CAME = re.compile(r"-version-(\d+)-arrived\.json$")
ANSWER_WORDS = {
    "replace": "replaces the one before",
    "separate": "is a separate picture",
    "discard": "is discarded",
}
FRAMING_WORDS = {"focal": "Focal point", "crop": "Crop", "file": "Own file"}
"""Of fields whose values are numbers or a hash, which tell nobody anything."""
TEXT_WORDS = {"alt": "Alternative text", "caption": "Caption"}
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


async def history(library: Bucket, whole: Whole, after: Place | None = None, most: int = MOST) -> Told:
    """What came before that place, of the archive at most so many objects. Raises Unavailable."""
    keys = [info.key for info in await library.listing(f"history/asset/{whole.card['id']}/")]
    older = [key for key in keys if after is None or key < after.key]
    curated = whole.facets.get(0, {}).get("curation", {}).get("data", {})
    refused = {one.get("decision"): str(one.get("cause", "")) for one in curated.get("refused", [])}
    bodies = [(key, json.loads(one.body)) for key in older[-most:] if (one := await library.get(key))]
    items = [item for item in (_archived(key, body, refused) for key, body in bodies) if item]
    end = None
    if len(older) > most:
        end = Place(older[-most], min([item.at for item in items], default=after.at if after else NEVER))
    told = {item.what for item in items} | {
        f"Version {found[1]} arrived" for key in keys if (found := _CAME.search(key))
    }
    items += [item for item in _written(whole) if item.what not in told and _between(item.at, end, after)]
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


def _archived(key: str, body: dict[str, Any], refused: Mapping[str | None, str]) -> HistoryItem | None:
    """`history/<kind>/<id>/<time>-<event>.json`: a decision, or what the curator did.

    refused: decision → why it was not taken.
    """
    at = body.get("at") or body.get("time") or body.get("written")
    if not at:
        return None
    event = body.get("event") or body.get("what") or key.rpartition("-")[2].removesuffix(".json")
    told = [_in_words(name, value) for name, value in (body.get("set") or {}).items()]
    told += [_taken_back(name) for name in body.get("clear") or []]
    what, why = "; ".join(told) or str(event), body.get("why") or ""
    if (own := body.get("id")) in refused:
        what, why = f"Not taken: {what}", refused[own]
    return HistoryItem(at=datetime.fromisoformat(at), what=what, by=body.get("by") or "", why=why)


def _taken_back(name: str) -> str:
    return "Not used any more where it was" if name.startswith(USED) else f"{name.replace(':', ' ', 1)} taken back"


def _in_words(name: str, value: Any) -> str:
    if name.startswith(USED):
        return f"Used at {value.get('place')}"
    if name == RESTORE:
        return f"Version {value['version']} restored"
    if name in (LICENCE, CONSENT) and isinstance(value, dict):
        told = (f"{part.replace('_', ' ')} {', '.join(v) if isinstance(v, list) else v}" for part, v in value.items())
        return f"{name.capitalize()}: {'; '.join(told) or 'nothing is limited'}"
    return _limited(value) if name.startswith(LIMITS) else said(name, str(value))


def _limited(value: Any) -> str:
    limits = Limits.model_validate(value)
    return f"Limited to {of_words(limits)}" if limits else "Shown everywhere"


def said(name: str, value: str) -> str:
    """One field in words: `tag shoe confirmed`, `version 2 is a separate picture`, `Crop of square set`."""
    kind, _, preset = name.partition(":")
    if kind in FRAMING_WORDS:
        return f"{FRAMING_WORDS[kind]}{f' of {preset}' if preset else ''} set"
    if kind in TEXT_WORDS:
        return f"{TEXT_WORDS[kind]} ({preset}): {value}"
    if name.startswith(ANSWERS):
        return f"Version {name.removeprefix(ANSWERS)} {ANSWER_WORDS.get(value, value)}"
    if kind == "edition":
        return f"Another picture is {'a newer' if value == 'confirmed' else 'no'} edition of it"
    return f"{name.replace(':', ' ', 1)} {value}"


def _written(whole: Whole) -> list[HistoryItem]:
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
            words = f"is version {file['restored']} again" if file.get("restored") else "arrived"
            items.append(HistoryItem(at=datetime.fromisoformat(arrived), what=f"Version {version} {words}"))
    return items
