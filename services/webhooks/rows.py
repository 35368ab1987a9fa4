"""One record → what the view keeps of it. Pure."""

import hashlib
import json
from datetime import datetime
from typing import Any, NamedTuple, get_args
from urllib.parse import quote

from schemas.decision import Fact
from schemas.finding import Assignment
from schemas.head import LIVES, HeadFacet
from schemas.product import ProductMedia
from schemas.readiness import ReadinessChanged, State
from schemas.recall import Recall
from schemas.report import AuditReport
from schemas.shoot import Shoot

GONE = "purged"
LONGEST_NAME = 700
ITEMS = 200
"""Media of a product that an event names: it stays small, and who wants all reads the gallery."""


class EntityRow(NamedTuple):
    """A row of `entity`, in the order in which `projector.ENTITY` takes it."""

    entity: str
    revision: int
    shown: int | None
    content: str
    data: str
    changed: datetime
    turns: datetime | None = None
    """When it is another by itself; `head`: what it is made of then."""
    head: str | None = None


def asset_rows(asset: str, revision: int, head: HeadFacet, changed: datetime, now: datetime) -> list[EntityRow]:
    """Of a `head`, as it stands now: the asset, and its life. changed: when it came to that.

    What it says of versions that are not live changes neither.
    """
    life, turns = head.life(now), head.turns(now)
    live = None if head.state == GONE or head.merged_into or head.closed(now) else head.live
    data: dict[str, Any] = {"asset_id": asset, "version": live}
    moved = {"merged_into": head.merged_into} if head.merged_into else {}
    if live is None:
        data |= {"state": head.state, "life": life, **moved}
    told = head.model_dump_json(exclude_defaults=True) if turns else None
    content = hashed({"live": live, "merged_into": head.merged_into})
    times = head.model_dump(mode="json", include={"available_from", "available_until", "barred"}, exclude_none=True)
    of_life = {"asset_id": asset, "life": life, "version": head.live, **times, **moved}
    return [
        EntityRow(f"asset/{asset}", revision, live, content, _json(data), changed, turns, told),
        EntityRow(f"life/{asset}", revision, LIVES.index(life), hashed(life), _json(of_life), changed),
    ]


def task_row(fact: Fact) -> EntityRow:
    """Of a copy that somebody has to see to; what is done shows nothing."""
    recall = Recall.model_validate(fact.fields)
    data = {"task": fact.id, **recall.model_dump(mode="json", exclude_none=True)}
    open_, content = (None if recall.done else 1), hashed([recall.taken.isoformat(), recall.done is None])
    return EntityRow(f"task/{fact.id}", fact.revision, open_, content, _json(data), fact.written)


def product_row(media: ProductMedia) -> EntityRow:
    """Of a product's media: which, in which order and role."""
    items = [
        {"asset_id": item.asset_id, "role": item.role}
        | ({"limits": item.limits.model_dump(mode="json")} if item.limits else {})
        for item in media.items
        if media.status == "active"
    ]
    whole = {"sku": media.sku, "status": media.status, "main": media.main if items else None, "items": items}
    data = {**whole, "items": items[:ITEMS], "count": len(items)}
    entity = f"product/{media.sku}"
    return EntityRow(entity, media.revision, len(items) or None, hashed(whole), _json(data), media.written)


def shoot_row(shoot: Shoot) -> EntityRow:
    """Of a shoot as it had settled. What its report does not say changes nothing."""
    told = {"folder", "files", "linked", "counts", "problems", "more_problems", "owner", "report"}
    data = shoot.model_dump(mode="json", include=told)
    return EntityRow(shoot_entity(shoot.folder), shoot.revision, shoot.files, shoot.content, _json(data), shoot.changed)


def readiness_row(change: ReadinessChanged) -> EntityRow:
    """Of a verdict. An endpoint that was away is told the newest, and nothing where that is what it knows."""
    shown = get_args(State).index(change.after) if change.after else None
    entity = f"readiness/{change.channel}/{change.market}/{change.sku}"
    data = _json(change.model_dump(mode="json", exclude={"changed"}))
    revision = int(change.changed.timestamp() * 1_000_000)
    return EntityRow(entity, revision, shown, hashed(change.after), data, change.changed)


def finding_row(fact: Fact) -> EntityRow:
    """Of a finding of the audit: who looks after it. To give it to the same again changes nothing."""
    said = Assignment.model_validate(fact.fields)
    data = said.model_dump(mode="json", exclude={"at"})
    content = hashed({"to": said.to, "note": said.note})
    entity = fact_entity(fact.kind, fact.id)
    return EntityRow(entity, fact.revision, 1 if said.to else None, content, _json(data), said.at or fact.written)


def report_row(fact: Fact) -> EntityRow:
    """Of a weekly report of the audit, which is made once."""
    said = AuditReport.model_validate(fact.fields)
    data = said.model_dump(mode="json", exclude={"made"})
    entity = fact_entity(fact.kind, fact.id)
    return EntityRow(entity, fact.revision, 1, hashed(data), _json(data), said.made or fact.written)


def fact_entity(kind: str, name: str) -> str:
    """As `shoot_entity`: a SKU may be long."""
    fits = len(quote(name, safe="")) <= LONGEST_NAME
    return f"{kind}/{name if fits else hashlib.sha256(name.encode()).hexdigest()}"


def shoot_entity(folder: str) -> str:
    """By the folder's name, or where that is too long for an object's key by its hash."""
    fits = len(quote(folder, safe="")) <= LONGEST_NAME
    return f"shoot/{folder if fits else hashlib.sha256(folder.encode()).hexdigest()}"


def hashed(content: object) -> str:
    """Short, and the same for the same content."""
    return hashlib.sha256(_json(content).encode()).hexdigest()[:32]


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True)
