"""People's decisions about tags and links, over what the machines found. Pure.

One field an item, so that two people's decisions about two tags never overwrite each other:
`tag:<label>` is confirmed or rejected, `link:<sku>` is confirmed, rejected or linked, `version:<number>` (a replacement
that looks like another picture) is replace, separate or discard, `edition:<asset>` (is it a newer edition of this?)
is confirmed or rejected, `alt:<language>` and `caption:<language>` are texts, `field:<name>` is the
value of a field that people defined.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.curation import OWN
from schemas.groups import is_group

TAG, LINK = "tag:", "link:"
ALT, CAPTION = "alt:", "caption:"
TAG_VALUES = ("confirmed", "rejected")
LINK_VALUES = ("confirmed", "rejected", "linked")
EDITION_VALUES = ("confirmed", "rejected")
VERSION_VALUES = ("replace", "separate", "discard")


@dataclass(frozen=True)
class LinkRow:
    """A link as people see it. `standing`: linked, suggested, confirmed or rejected."""

    sku: str
    role: str
    confidence: float
    standing: str
    evidence: list[dict[str, Any]]


def decided(fields: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """Item → what a person said of it."""
    return {name.removeprefix(prefix): str(value) for name, value in fields.items() if name.startswith(prefix)}


def texts(fields: Mapping[str, Any]) -> list[str]:
    """Alternative texts and captions that people wrote, in all languages, and what stands in their own fields."""
    written = [str(value) for name, value in sorted(fields.items()) if name.startswith((ALT, CAPTION))]
    listed = (value if isinstance(value, list) else [value] for value in own(fields).values())
    return written + [one for values in listed for one in values if isinstance(one, str)]


def own(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Field that people defined → its value."""
    return {name.removeprefix(OWN): value for name, value in sorted(fields.items()) if name.startswith(OWN)}


def labels(found: list[dict[str, Any]], fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The machines' labels with `decision` added; what only a person said comes first."""
    said = decided(fields, TAG)
    names = {item["label"] for item in found}
    by_hand = [
        {"label": name, "confidence": 1.0, "source": "person", "decision": "confirmed"}
        for name, value in sorted(said.items())
        if value == "confirmed" and name not in names
    ]
    return by_hand + [{**item, "decision": said.get(item["label"])} for item in found]


def links(data: Mapping[str, Any], fields: Mapping[str, Any]) -> list[LinkRow]:
    """The linker's links and suggestions under people's decisions; one row a (SKU, role)."""
    said = decided(fields, LINK)
    rows: dict[tuple[str, str], LinkRow] = {}
    for place, base in (("links", "linked"), ("suggestions", "suggested")):
        for item in data.get(place, []):
            sku, role = str(item["sku"]), str(item.get("role", ""))
            decision = said.get(sku, "")
            how = {"confirmed": "confirmed", "linked": "confirmed", "rejected": "rejected"}.get(decision, base)
            row = LinkRow(sku, role, float(item.get("confidence", 0)), how, list(item.get("evidence", [])))
            rows.setdefault((sku, role), row)
    told = {sku for sku, _ in rows}
    for sku, decision in sorted(said.items()):
        if decision == "linked" and sku not in told:
            evidence = [{"kind": "person", "detail": "A person linked it"}]
            role = "campaign" if is_group(sku) else "additional"
            rows[sku, role] = LinkRow(sku, role, 1.0, "confirmed", evidence)
    return list(rows.values())
