"""Who looks after a finding: assigned to a person or a key by name, listed, taken back."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field

from schemas.decision import Decision
from schemas.finding import Assignment
from services.catalog.api.audits import FindingItem, RuleItem, finding_items, found_of, item, the_rule
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Editor, Viewer, need_all
from services.catalog.api.saying import say_all
from services.catalog.audits.assigned import Given as Assigned
from services.catalog.audits.assigned import entity, given_to
from services.catalog.audits.find import BadRule, these
from services.catalog.once.ids import new_id

router = APIRouter(prefix="/v1/audit", tags=["audit"])
ME, ANYBODY = "me", "anybody"
AT_ONCE, LISTED = 200, 500
Name = Annotated[Text, Field(min_length=1, max_length=80)]


class AssignWanted(BaseModel):
    """To whom, and why."""

    to: Name | None = Field(description="Name of a key or an account; `me`: who asks; null: nobody", examples=["anna"])
    note: str = Field(default="", max_length=500, examples=["The sample is in the studio."])


class AssignMany(AssignWanted):
    """Findings of one rule."""

    subjects: list[Text] = Field(min_length=1, max_length=AT_ONCE, description="Assets' ids, or SKUs")


class AssignDone(BaseModel):
    """Kafka has it. Undo: POST /v1/batches/{batch}/undo."""

    batch: str
    to: str | None
    subjects: list[str]


class AssignedItem(FindingItem):
    """A finding that somebody looks after."""

    rule: RuleItem
    by: str = Field(description="Who gave it")
    note: str
    at: datetime | None
    open: bool = Field(description="False: the rule does not find it any more")


@router.get("/assigned")
async def list_assigned(
    deps: Given,
    who: Viewer,
    to: Annotated[Name, Query(description=f"A name; `{ME}`: who asks; `{ANYBODY}`")] = ME,
    done: Annotated[bool, Query(description="Also what its rule does not find any more")] = False,
) -> list[AssignedItem]:
    """Findings that were assigned, the last first."""
    need_all(who)
    name = {ME: who.name, ANYBODY: None}.get(to, to)
    given = await given_to(deps.database, name, LISTED, who.id if to == ME else None)
    open_ = await _found(deps, given)
    return [made for one in given if (made := _item(deps, one, open_)) and (done or made.open)]


async def _found(deps: Deps, given: list[Assigned]) -> dict[tuple[str, str], FindingItem]:
    """(rule, subject) → as it is found now. Each rule is asked once."""
    found: dict[tuple[str, str], FindingItem] = {}
    for name in dict.fromkeys(one.rule for one in given if one.rule in deps.audited.rules):
        rule = deps.audited.rules[name]
        try:
            some = await these(deps.database, rule, [one.subject for one in given if one.rule == name])
        except BadRule as error:
            raise HTTPException(409, str(error)) from error
        found |= {(name, one.id): one for one in await finding_items(deps.database, rule, some)}
    return found


def _item(deps: Deps, given: Assigned, found: dict[tuple[str, str], FindingItem]) -> AssignedItem | None:
    """None where the rule is not there any more."""
    rule = deps.audited.rules.get(given.rule)
    if rule is None:
        return None
    said = Assignment.model_validate(given.fields)
    now = found.get((given.rule, given.subject))
    shown = now or FindingItem(id=given.subject, detail=said.detail, file=None, assigned=said.to, fix=None)
    told = item(rule, deps.audited.counts.get(rule.name))
    return AssignedItem(
        **{**shown.model_dump(), "rule": told, "by": said.by, "note": said.note, "at": said.at, "open": bool(now)}
    )


@router.post("/{rule}/assign", status_code=202)
async def assign_many(deps: Given, who: Editor, rule: Text, wanted: AssignMany) -> AssignDone:
    """Give several findings of a rule to somebody, in one batch."""
    asked = the_rule(deps, rule)
    known = await found_of(deps, who, asked, list(dict.fromkeys(wanted.subjects)))
    if not known:
        raise HTTPException(404, f"The rule {rule} finds nothing wrong with any of these.")
    to, own = (who.name, who.id) if wanted.to == ME else (wanted.to, "")
    now, batch = datetime.now(UTC), new_id()
    said = []
    for one in known:
        fields = Assignment(
            to=to or "", to_id=own, by=who.name, note=wanted.note, at=now, rule=asked.name, title=asked.title,
            of=asked.of, subject=one.id, detail=one.detail,
        ).model_dump(mode="json")  # fmt: skip
        about = entity(asked.name, one.id)
        said.append(
            Decision(id=new_id(), entity=about, set=fields, batch=batch, by=who.name, why=wanted.note or None, at=now)
        )
    await say_all(deps, said)
    return AssignDone(batch=batch, to=to, subjects=[one.id for one in known])


@router.post("/{rule}/{subject:path}/assign", status_code=202)
async def assign(deps: Given, who: Editor, rule: Text, subject: Text, wanted: AssignWanted) -> AssignDone:
    """Give a finding to somebody, or take it back. It is theirs once the view knows it, within seconds."""
    many = AssignMany(to=wanted.to, note=wanted.note, subjects=[subject])
    return await assign_many(deps, who, rule, many)
