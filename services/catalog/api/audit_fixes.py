"""One click that mends a finding, or many; each is a batch, so that it can be taken back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from schemas.decision import Decision
from services.catalog.api.audits import found_of, the_rule
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Editor, all_seen, need
from services.catalog.api.roles import Identity, needed
from services.catalog.api.saying import say_all
from services.catalog.audits.find import Found
from services.catalog.audits.merging import NotMerged, merged, same_products
from services.catalog.audits.rules import Rule
from services.catalog.once.ids import new_id
from services.catalog.queries.copies import copies

router = APIRouter(prefix="/v1/audit", tags=["audit"])
AT_ONCE = 200
Decided = dict[str, dict[str, dict[str, Any]]]
"""Entity → what is set and cleared."""


class Fixed(BaseModel):
    """Kafka has it. Undo: POST /v1/batches/{batch}/undo."""

    batch: str | None = Field(description="None: nothing could be mended")
    fixed: list[str] = Field(description="Ids of the findings that are mended")
    left: dict[str, str] = Field(description="Id → why it stays for a person")


class FixMany(BaseModel):
    """Findings of one rule."""

    subjects: list[Text] = Field(min_length=1, max_length=AT_ONCE, description="Assets' ids, or SKUs")


@router.post("/{rule}/fix", status_code=202)
async def fix_many(deps: Given, who: Editor, rule: Text, wanted: FixMany) -> Fixed:
    """Mend several findings of a rule in one batch. Copies that show different products stay for a person."""
    return await _fix(deps, who, the_rule(deps, rule), list(dict.fromkeys(wanted.subjects)), alone=False)


@router.post("/{rule}/{subject:path}/fix", status_code=202)
async def fix(deps: Given, who: Editor, rule: Text, subject: Text) -> Fixed:
    """Mend one finding, as its `fix` says. 409 where it cannot be mended so."""
    done = await _fix(deps, who, the_rule(deps, rule), [subject], alone=True)
    if done.batch is None:
        raise HTTPException(409, done.left[subject])
    return done


async def _fix(deps: Deps, who: Identity, rule: Rule, subjects: Sequence[str], *, alone: bool) -> Fixed:
    if not rule.fix:
        raise HTTPException(409, f"The rule {rule.name} mends nothing by itself. {rule.cure}")
    known = {one.id: one for one in await found_of(deps, who, rule, subjects)}
    left = {one: f"The rule {rule.name} finds nothing wrong with {one}." for one in subjects if one not in known}
    decided: Decided = {}
    fixed: list[str] = []
    for subject, one in known.items():
        try:
            made = await _merging(deps, who, one, alone=alone) if rule.merges else _by_rule(rule, one)
            if taken := made.keys() & decided.keys():
                raise NotMerged(f"Something else is decided of {min(taken)} at this moment. Look again.")
        except NotMerged as error:
            left[subject] = str(error)
            continue
        decided |= made
        fixed.append(subject)
    return Fixed(batch=await _say(deps, who, rule, decided) if decided else None, fixed=fixed, left=left)


def _by_rule(rule: Rule, found: Found) -> Decided:
    """Raises NotMerged."""
    if not found.fix:
        raise NotMerged(f"This one is not mended by a click. {rule.cure}")
    said = {"set": found.fix.get("set") or {}, "clear": dict.fromkeys(found.fix.get("clear") or ())}
    return {f"asset/{found.fix.get('asset') or found.id}": said}


async def _merging(deps: Deps, who: Identity, found: Found, *, alone: bool) -> Decided:
    """Raises NotMerged, and 404 where who asks sees but one of the two."""
    if not await all_seen(deps, who, [found.id, *filter(None, [found.other])]):
        raise HTTPException(404, "There is no such asset.")
    both = await copies(deps.database, [found.id, found.other or ""])
    if len(both) < 2:
        raise NotMerged("Only one of the two is there any more.")
    one, other = both.values()
    if not alone and not same_products(one, other):
        raise NotMerged(f"{one.name} and {other.name} show different products. Compare them, and decide one by one.")
    return dict(merged(one, other).decided)


async def _say(deps: Deps, who: Identity, rule: Rule, decided: Decided) -> str:
    """Raises 403 and 404 before anything is decided."""
    need(who, needed(name for said in decided.values() for part in said.values() for name in part))
    assets = [entity.removeprefix("asset/") for entity in decided if entity.startswith("asset/")]
    if not await all_seen(deps, who, assets):
        raise HTTPException(404, "There is no such asset.")
    batch, now = new_id(), datetime.now(UTC)
    said = [
        Decision(
            id=new_id(), entity=entity, set=part.get("set", {}), clear=list(part.get("clear", ())), batch=batch,
            by=who.name, why=f"Audit: {rule.title}. {rule.fix}", at=now,
        )
        for entity, part in decided.items()
    ]  # fmt: skip
    await say_all(deps, said)
    return batch
