"""Findings that are put off: left alone until a day, with a reason. A decision each, so history has it."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from schemas.decision import Decision
from schemas.product import PRODUCT
from services.catalog.api.audits import found_of, the_rule
from services.catalog.api.deps import Day, Deps, Given, Text
from services.catalog.api.gate import Editor
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say, say_all
from services.catalog.audits.rules import Rule
from services.catalog.once.ids import new_id

router = APIRouter(prefix="/v1/audit", tags=["audit"])
AT_ONCE = 200


class PutOff(BaseModel):
    """Until when a finding is left alone, and why."""

    until: Day | None = Field(description="A day to come; none: it is shown again")
    reason: str = Field(min_length=1, max_length=500, examples=["The sample is lost; it is sold out in May."])


class PutOffMany(PutOff):
    """Findings of one rule."""

    subjects: list[Text] = Field(min_length=1, max_length=AT_ONCE, description="Assets' ids, or SKUs")


class PutOffDone(BaseModel):
    """Kafka has it. Undo: POST /v1/batches/{batch}/undo."""

    batch: str
    subjects: list[str] = Field(description="Those that the rule finds")


@router.post("/{rule}/put-off", status_code=202)
async def put_off_many(deps: Given, who: Editor, rule: Text, wanted: PutOffMany) -> PutOffDone:
    """Leave several findings of a rule alone until a day, in one batch; with `until: null`, show them again."""
    asked, known = await _known(deps, who, rule, list(dict.fromkeys(wanted.subjects)), wanted)
    if not known:
        raise HTTPException(404, f"The rule {rule} finds nothing wrong with any of these.")
    said, batch, now = _said(asked, wanted), new_id(), datetime.now(UTC)
    decisions = [
        Decision(
            id=new_id(), entity=_about(asked, one), set=said, clear=[] if said else [asked.field], batch=batch,
            by=who.name, why=wanted.reason, at=now,
        )
        for one in known
    ]  # fmt: skip
    await say_all(deps, decisions)
    return PutOffDone(batch=batch, subjects=known)


@router.post("/{rule}/{subject:path}/put-off", status_code=202)
async def put_off(deps: Given, who: Editor, rule: Text, subject: Text, wanted: PutOff) -> dict[str, str]:
    """Leave one finding alone until a day; with `until: null`, show it again."""
    asked, _ = await _known(deps, who, rule, [subject], wanted)
    said = _said(asked, wanted)
    clear = () if said else (asked.field,)
    own = await say(deps, who.name, _about(asked, subject), said, clear=clear, why=wanted.reason)
    return {"decision": own}


async def _known(deps: Deps, who: Identity, rule: str, subjects: list[str], wanted: PutOff) -> tuple[Rule, list[str]]:
    """The rule, and those of them that it finds. Raises 404, and 422 for a day that has been."""
    asked = the_rule(deps, rule)
    if wanted.until is not None and wanted.until <= datetime.now(UTC).date():
        raise HTTPException(422, f"{wanted.until} is not a day to come.")
    return asked, [one.id for one in await found_of(deps, who, asked, subjects)]


def _said(rule: Rule, wanted: PutOff) -> dict[str, Any]:
    return {rule.field: {"until": wanted.until.isoformat(), "reason": wanted.reason}} if wanted.until else {}


def _about(rule: Rule, subject: str) -> str:
    return f"{PRODUCT if rule.of == 'product' else rule.of}/{subject}"
