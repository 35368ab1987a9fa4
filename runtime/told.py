"""One line of log for each unit of work that an operator may look for: what a facet came to, with asset and trace.

About one a service and asset: what comes in between (first thumbnails, heads of what is still worked on) and what comes
by the product is said at DEBUG. A record that only says the same again is no news and no line.
"""

import logging
from typing import Any

from schemas.base import Contract
from schemas.facet import Facet
from schemas.tags import TAGS_LATER

log = logging.getLogger(__name__)
QUIET = frozenset({"renditions.first"})
CALLED = {
    "file": "The file",
    "renditions.first": "The thumbnail",
    "renditions": "Renditions",
    "renditions.later": "Renditions of the second wave",
    "tags": "Tags",
    "tags.later": "Codes and text",
    "tags.shots": "Tags of its shots",
    "links": "Links to products",
    "head": "What is live",
    "curation": "What people decided",
}
"""Facet → what people call it."""
FILM = "renditions.video."
STATUS = {"failed": "failed by our own error"}


def called(facet: str) -> str:
    """In words: `Renditions`, `Film hls-720`."""
    return f"Film {facet.removeprefix(FILM)}" if facet.startswith(FILM) else CALLED.get(facet, facet)


def ended(facet: str, status: str) -> str:
    """In words: `Tags: failed by our own error`."""
    return f"{called(facet)}: {STATUS.get(status, status)}"


def tell(record: Contract) -> None:
    """Log a record that was just written anew."""
    if not isinstance(record, Facet):
        log.debug("%s written", type(record).__name__)
        return
    working = record.facet == "head" and record.data.get("state") == "working"
    level = logging.DEBUG if record.facet in QUIET or working else logging.INFO
    if log.isEnabledFor(level):
        about = (
            {"subject": record.asset_id, "version": record.version} if record.version else {"subject": record.asset_id}
        )
        log.log(level, "%s", line(record), extra={"fields": about})


def line(facet: Facet) -> str:
    """In words: `renditions done: 14 in 812 ms`, `file refused: …`."""
    said = facet.cause or "" if facet.status != "done" else _came_to(facet.facet, facet.data)
    return f"{facet.facet} {facet.status}{f': {said}' if said else ''}"


def _came_to(name: str, data: dict[str, Any]) -> str:
    match name.split(".")[0]:
        case "file":
            return f"{data.get('key')}, {data.get('media_type')}, {data.get('bytes')} bytes"
        case "renditions":
            return f"{len(data.get('renditions', []))} in {data.get('cpu_ms', 0):.0f} ms of CPU"
        case "tags" if name == TAGS_LATER:
            return f"{len(data.get('barcodes', []))} codes, {len(data.get('text', []))} lines of text"
        case "tags":
            return f"{len(data.get('labels', []))} labels, {len(data.get('colours', []))} colours"
        case "links":
            counts = [f"{len(data.get(what, []))} {what}" for what in ("links", "suggestions", "conflicts")]
            return ", ".join(counts)
        case "head":
            live = data.get("live")
            return f"{data.get('state')}, {f'version {live} is live' if live else 'nothing is live'}"
        case "curation":
            return f"{len(data.get('fields', {}))} decided, {len(data.get('refused', []))} decisions refused"
    return ""
