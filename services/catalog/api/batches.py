"""What was decided together is taken back together, by the batch's id."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from schemas.collection import KIND as COLLECTION
from schemas.curation import APPROVAL
from schemas.decision import Decision
from schemas.finding import KIND as FINDING
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Editor, all_seen, need, need_all
from services.catalog.api.roles import Identity, needed
from services.catalog.api.saying import say_all
from services.catalog.api.taking_back import back, entities, fields, joined
from services.catalog.audits.rules import AUDIT
from services.catalog.once.ids import new_id
from services.catalog.queries import batches

router = APIRouter(prefix="/v1/batches", tags=["decisions"])
MOST_TOLD = 50
EDITORS = ("asset", COLLECTION, FINDING)
"""Kinds that an editor decides; of a product what audits say of it."""


class KeptItem(BaseModel):
    """A field that stays: somebody decided it otherwise since, or what it approved is live."""

    entity: str = Field(examples=["asset/6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"])
    field: str
    now: Any = Field(description="What it is by now; null: nothing")
    cause: str


class Undone(BaseModel):
    """Kafka has it. `batch` is this undoing's own: undo that, and what was decided first counts again."""

    batch: str | None = Field(description="Null where nothing was left to take back")
    undone: int = Field(description="Assets or products of which something was taken back")
    kept: list[KeptItem] = Field(description=f"The first {MOST_TOLD} fields that stay, and why")


@router.post("/{batch}/undo", status_code=202)
async def undo(deps: Given, who: Editor, batch: Text) -> Undone:
    """Put back what stood before a bulk decision, answer, approval or order, wherever it is still as that left it.

    Who takes it back may decide all that it decided. 404 until the view has the batch, within seconds.
    """
    parts = await batches.remembered(deps.database, batch)
    if parts is None:
        raise HTTPException(404, "There is no such batch; what was decided just now is known within seconds.")
    known = joined(parts)
    await _may(deps, who, known)
    named = entities(known)
    live = await batches.live(deps.database, named) if any(one.startswith(APPROVAL) for one in fields(known)) else ()
    made, kept = back(known, await batches.standing(deps.database, named), live)
    own, now = new_id(), datetime.now(UTC)
    said = [
        Decision(
            id=new_id(), entity=one.entity, set=one.set, clear=one.clear, expects=one.expects, batch=own,
            by=who.name, why=f"Takes back {batch}", at=now,
        )
        for one in made
    ]  # fmt: skip
    if said:
        await say_all(deps, said)
    told = [KeptItem(**one._asdict()) for one in kept[:MOST_TOLD]]
    return Undone(batch=own if said else None, undone=len(said), kept=told)


async def _may(deps: Deps, who: Identity, known: dict[str, Any]) -> None:
    """Raises 403, and 404 where who asks does not see all of it."""
    kinds = [entity.partition("/") for entity in entities(known)]
    also = ("product",) if all(one.startswith(AUDIT) for one in fields(known)) else ()
    if any(kind not in (*EDITORS, *also) for kind, _, _ in kinds):
        need(who, "manager")
    if any(kind != "asset" for kind, _, _ in kinds):
        need_all(who)
    need(who, needed(fields(known)))
    assets = [name.rpartition("/")[2] for kind, _, name in kinds if kind in ("asset", FINDING)]
    if who.scope.limited and (len(assets) < len(kinds) or not await all_seen(deps, who, assets)):
        raise HTTPException(404, "There is no such batch.")
