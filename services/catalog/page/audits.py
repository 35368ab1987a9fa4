"""The audit's page: what deserves somebody's work, by rule, and a rule's findings."""

from typing import NamedTuple

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.audits import list_findings, list_rules, the_rule
from services.catalog.api.deps import Cursor, Given, Text
from services.catalog.audits.trend import days
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.queries import assets

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)
PER_PAGE, DAYS = 60, 30


@router.get("/audit")
async def audit_page(request: Request, deps: Given, rule: Text = "", cursor: Cursor = "") -> Response:
    """All rules; or the findings of one."""
    found = await list_findings(deps, rule, PER_PAGE, cursor) if rule else None
    shown = [one.id for one in found.items] if found and the_rule(deps, rule).of == "asset" else []
    cards = {card["id"]: card for card in await assets.some(deps.database, shown)}
    rules = await list_rules(deps)
    trends = {} if found else _trends(await days(deps.library, DAYS), [one.rule for one in rules])
    return await view(request, "audit.html", rules=rules, found=found, cards=cards, trends=trends)


class Trend(NamedTuple):
    """A rule's counts day by day. points: of a line in a box of 100 by 20; since: the first day."""

    points: str
    first: int
    since: str


def _trends(counted: dict[str, dict[str, int]], names: list[str]) -> dict[str, Trend]:
    """Of rules that were counted on two days at least."""
    found: dict[str, Trend] = {}
    for name in names:
        counts = [(day, each[name]) for day, each in counted.items() if name in each]
        if len(counts) > 1:
            top, steps = max(1, *(count for _, count in counts)), len(counts) - 1
            points = (f"{100 * n / steps:.0f},{19 - 18 * count / top:.1f}" for n, (_, count) in enumerate(counts))
            found[name] = Trend(" ".join(points), counts[0][1], counts[0][0])
    return found
