"""What in the library deserves somebody's work, by rule."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from runtime.database import Database
from services.catalog.api.deps import Cursor, Deps, Given, Text
from services.catalog.api.gate import all_seen, at_least, need_all
from services.catalog.api.roles import Identity
from services.catalog.audits import trend
from services.catalog.audits.find import BadRule, Found, findings, these
from services.catalog.audits.merging import Copy, NotMerged, merged
from services.catalog.audits.rules import Rule, Severity
from services.catalog.queries.copies import copies
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
    picture: str | None = Field(default=None, description="An asset that shows it: of a product, one of its own")
    other: str | None = Field(default=None, description="Of a pair: the other picture's id")
    other_file: str | None = Field(default=None, description="and its key")
    keeps: str | None = Field(default=None, description="Which of the two `fix` keeps: an asset's id")
    stays: str = Field(default="", description="Why neither goes by a click, where that is so")


class FindingList(BaseModel):
    """Findings by id. `next`: the cursor of the next page."""

    rule: RuleItem
    items: list[FindingItem]
    next: str | None


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


async def finding_items(database: Database, rule: Rule, found: Sequence[Found]) -> list[FindingItem]:
    """As the API shows them; of a rule that merges with what would be kept. Raises Unavailable."""
    ids = {own for one in found for own in (one.id, one.other) if own} if rule.merges else set[str]()
    known = await copies(database, sorted(ids)) if ids else {}
    return [_item(rule, one, _outcome(known, one) if rule.merges else Outcome(None)) for one in found]


class Outcome(NamedTuple):
    """Which of a pair is kept, or why neither goes."""

    keeps: str | None
    stays: str = ""


def _outcome(known: Mapping[str, Copy], found: Found) -> Outcome:
    one, other = known.get(found.id), known.get(found.other or "")
    if one is None or other is None:
        return Outcome(None, "Only one of the two is there any more.")
    try:
        return Outcome(merged(one, other).keeps.id)
    except NotMerged as error:
        return Outcome(None, str(error))


def _item(rule: Rule, found: Found, outcome: Outcome) -> FindingItem:
    mends = rule.fix if found.fix or outcome.keeps else None
    told = {name: getattr(found, name) for name in ("id", "detail", "file", "picture", "other", "other_file")}
    return FindingItem(**told, assigned=found.assigned, fix=mends, **outcome._asdict())


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
    items = await finding_items(deps.database, asked, found[:limit])
    told = item(asked, deps.audited.counts.get(asked.name))
    following = encode_name(items[-1].id, own) if len(found) > limit else None
    return FindingList(rule=told, items=items, next=following)
