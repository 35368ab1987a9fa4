"""What happened to an asset: people's decisions and version changes from the archive, and what the workers wrote."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from runtime.objects import Bucket
from runtime.told import ended
from schemas.curation import ANSWERS, RESTORE, USED
from schemas.limits import LIMITS, of_words
from schemas.product import Limits
from schemas.rights import CONSENT, LICENCE
from services.catalog.api.models import HistoryItem
from services.catalog.queries.asset import Whole

MOST = 50
"""Objects read from the archive, the newest."""
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


async def history(library: Bucket, whole: Whole) -> list[HistoryItem]:
    """The newest first. Raises Unavailable."""
    found = await library.listing(f"history/asset/{whole.card['id']}/")
    objects = [await library.get(info.key) for info in found[-MOST:]]
    curated = whole.facets.get(0, {}).get("curation", {}).get("data", {})
    refused = {one.get("decision"): str(one.get("cause", "")) for one in curated.get("refused", [])}
    bodies = [(info.key, json.loads(o.body)) for info, o in zip(found[-MOST:], objects, strict=True) if o]
    items = [item for item in (_archived(key, body, refused) for key, body in bodies) if item]
    told = {item.what for item in items}
    items += [item for item in _written(whole) if item.what not in told]
    return sorted(items, key=lambda item: item.at, reverse=True)


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
