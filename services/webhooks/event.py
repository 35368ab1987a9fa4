"""What an endpoint is told of an entity, given what it was told last. Pure."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from schemas.head import LIVES
from schemas.webhook import EventType

ALWAYS: dict[str, EventType] = {
    "product": "product.media.changed",
    "shoot": "shoot.settled",
    "readiness": "readiness.changed",
    "life": "life.changed",
    "finding": "finding.assigned",  # to nobody, too
    "report": "report.made",
}
"""What an entity of such a kind is told of as."""
MOST_BYTES = 64 * 1024
"""Of a body."""


@dataclass(frozen=True)
class Told:
    """What an endpoint has."""

    event: str
    content: str
    shown: int | None


@dataclass(frozen=True)
class Due:
    """An entity as it is now, and what the endpoint has of it. shown, before: see `schema.sql`."""

    entity: str
    shown: int | None
    before: int | None
    content: str
    data: dict[str, Any]
    changed: datetime
    changed_by: int
    told: Told | None
    tries: int = 0


@dataclass(frozen=True)
class Event:
    """One message, the same for each try and each replay of it."""

    id: str
    type: str
    body: bytes


def event_of(due: Due, public_url: str, page_url: str = "") -> Event | None:
    """None where there is nothing to say: it was never shown, as far as this endpoint knows."""
    type_ = _type(due)
    if type_ is None:
        return None
    data = {**due.data, **_was(due), **_where(due, public_url, page_url)}
    # What the revision was that made it so tells A from A again after B.
    about = json.dumps([due.entity, type_, due.content, due.changed_by]).encode()
    return Event(f"msg_{hashlib.sha256(about).hexdigest()[:32]}", type_, _body(type_, due.changed, data))


def _type(due: Due) -> EventType | str | None:
    if due.told and due.told.content == due.content:
        return due.told.event  # a replay
    was = due.told.shown if due.told else due.before
    if due.shown is None and was is None:
        return None
    kind = due.entity.partition("/")[0]
    if kind in ALWAYS:
        return ALWAYS[kind]
    if kind == "task":
        return "task.done" if due.shown is None else "task.opened"
    if due.shown is None:
        return "asset.withdrawn"
    return "asset.ready" if was is None else "asset.replaced"


def _was(due: Due) -> dict[str, str]:
    """The life before, as far as this endpoint knows."""
    was = due.told.shown if due.told else due.before
    return {"was": LIVES[was]} if due.entity.startswith("life/") and was is not None else {}


def _where(due: Due, public_url: str, page_url: str) -> dict[str, str]:
    """Addresses: of the gallery; of an asset what `/<preset>.<ext>` is put behind; of all else a page."""
    if page := _page(due):
        return {"url": f"{page_url.rstrip('/')}{page}"} if page_url else {}
    if not public_url or (due.shown is None and due.entity.startswith("asset/")):
        return {}
    kind, _, name = due.entity.partition("/")
    base = public_url.rstrip("/")
    return {"url": f"{base}/p/{quote(name, safe='')}.json" if kind == "product" else f"{base}/a/{name}"}


def _page(due: Due) -> str:
    """Its path, or empty for what has none."""
    match due.entity.partition("/")[0]:
        case "readiness":
            return f"/products/{quote(due.data['sku'])}"
        case "shoot":
            return f"/shoots/{quote(due.data['folder'])}"
        case "life" | "task":
            return f"/assets/{due.data.get('asset_id') or due.data.get('asset')}"
        case "finding":
            return f"/audit?rule={quote(due.data['rule'])}"
        case "report":
            return f"/audit/report?day={quote(due.data['day'])}"
    return ""


def _body(type_: str, changed: datetime, data: dict[str, Any]) -> bytes:
    event = {"type": type_, "timestamp": changed.isoformat(), "data": data}
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return body if len(body) <= MOST_BYTES or not data.get("items") else _body(type_, changed, {**data, "items": []})
