"""What in the library deserves somebody's work, by rule; and putting a finding off with a reason."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from schemas.product import PRODUCT
from services.catalog.api.deps import Cursor, Day, Deps, Given, Text
from services.catalog.api.gate import Editor, all_seen, at_least, need_all
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say
from services.catalog.audits import trend
from services.catalog.audits.find import BadRule, Found, findings, these
from services.catalog.audits.rules import Rule, Severity
from services.catalog.queries.cursor import decode_name, encode_name, of

router = APIRouter(prefix="/v1/audit", tags=["audit"])
OPEN = [Depends(at_least("viewer"))]


class RuleItem(BaseModel):
    """A rule, and how much it finds."""

    rule: str = Field(examples=["no-main"])
    severity: Severity
    title: str
    cure: str
    of: str = Field(description="What it finds: asset or product")
    usual: bool = Field(description="Shown unless somebody asks for all")
    count: int | None = Field(description="As of the last count, at most ten minutes ago; none: not counted yet")


class FindingItem(BaseModel):
    """One finding."""

    id: str = Field(description="An asset's id, or a SKU")
    detail: str = Field(description="What is wrong with this one", examples=["1024 x 640 px"])
    file: str | None = Field(description="An asset's key", examples=["autumn/TRAINER-RED_main.jpg"])
    assigned: str | None = Field(description="Who looks after it")
    fix: str | None = Field(description="What one click does: POST …/fix. None: this one is mended by hand")


class FindingList(BaseModel):
    """Findings by id. `next`: the cursor of the next page."""

    rule: RuleItem
    items: list[FindingItem]
    next: str | None


class PutOff(BaseModel):
    """Until when a finding is left alone, and why."""

    until: Day | None = Field(description="A day to come; none: it is shown again")
    reason: str = Field(min_length=1, max_length=500, examples=["The sample is lost; it is sold out in May."])


def the_rule(deps: Deps, name: str) -> Rule:
    """Raises 404."""
    rules = deps.audited.rules
    if name not in rules:
        raise HTTPException(404, f"There is no rule {name}. There are: {', '.join(rules)}.")
    return rules[name]


def item(rule: Rule, count: int | None) -> RuleItem:
    """As the API shows it."""
    told = {name: getattr(rule, name) for name in ("severity", "title", "cure", "of", "usual")}
    return RuleItem(rule=rule.name, count=count, **told)


def finding(rule: Rule, found: Found) -> FindingItem:
    """As the API shows it."""
    mends = rule.fix if found.fix or found.other else None
    return FindingItem(id=found.id, detail=found.detail, file=found.file, assigned=found.assigned, fix=mends)


async def found_of(deps: Deps, who: Identity, rule: Rule, subjects: Sequence[str]) -> list[Found]:
    """Those of these that the rule finds. Raises 404 for what who asks does not see, 403 for who is limited and asks of
    products, 409 for a bad rule.
    """
    if rule.of != "asset":
        need_all(who)
    elif not await all_seen(deps, who, subjects):
        raise HTTPException(404, "There is no such asset.")
    try:
        found = await these(deps.database, rule, subjects)
    except BadRule as error:
        raise HTTPException(409, str(error)) from error
    if not found and len(subjects) == 1:
        raise HTTPException(404, f"The rule {rule.name} finds nothing wrong with {subjects[0]}.")
    return found


@router.get("", dependencies=OPEN)
async def list_rules(deps: Given) -> list[RuleItem]:
    """All rules, what is worst first."""
    return [item(rule, deps.audited.counts.get(rule.name)) for rule in deps.audited.rules.values()]


@router.get("/trend", dependencies=OPEN)
async def get_audit_trend(
    deps: Given, days: Annotated[int, Query(ge=1, le=366, description="The last so many that were counted")] = 30
) -> dict[str, dict[str, int]]:
    """How much each rule found: day → rule → count, oldest day first. A day's count is its first."""
    return await trend.days(deps.library, days)


@router.get("/{rule}", dependencies=OPEN)
async def list_findings(
    deps: Given,
    rule: Text,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[Cursor, Query(description="`next` of the page before")] = "",
    assigned: Annotated[Text | None, Query(description="To this one only; `-`: to nobody")] = None,
) -> FindingList:
    """What this rule finds now, but for what was put off."""
    asked = the_rule(deps, rule)
    own = of("findings", asked.name, assigned or "")
    after = decode_name(cursor, own)
    try:
        found = await findings(deps.database, asked, cursor=after, limit=limit + 1, assigned=assigned)
    except BadRule as error:
        raise HTTPException(409, str(error)) from error
    items = [finding(asked, one) for one in found[:limit]]
    told = item(asked, deps.audited.counts.get(asked.name))
    following = encode_name(items[-1].id, own) if len(found) > limit else None
    return FindingList(rule=told, items=items, next=following)


@router.post("/{rule}/{subject:path}/put-off", status_code=202)
async def put_off(deps: Given, who: Editor, rule: Text, subject: Text, wanted: PutOff) -> dict[str, str]:
    """Leave one finding alone until a day; with `until: null`, show it again. A decision, so history has it."""
    asked = the_rule(deps, rule)
    if wanted.until is not None and wanted.until <= datetime.now(UTC).date():
        raise HTTPException(422, f"{wanted.until} is not a day to come.")
    await found_of(deps, who, asked, [subject])
    field = asked.field
    said: dict[str, Any] = {field: {"until": wanted.until.isoformat(), "reason": wanted.reason}} if wanted.until else {}
    about = f"{PRODUCT if asked.of == 'product' else asked.of}/{subject}"
    own = await say(deps, who.name, about, said, clear=() if said else (field,), why=wanted.reason)
    return {"decision": own}
