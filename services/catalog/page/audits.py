"""The audit's pages: what deserves somebody's work, by rule; a rule's findings; one's own; the weekly report."""

from datetime import date
from typing import NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.assets import get_asset
from services.catalog.api.audit_hands import LISTED, ME, list_assigned
from services.catalog.api.audit_reports import get_audit_report, get_latest_audit_report, list_audit_reports
from services.catalog.api.audits import (
    finding_items,
    found_of,
    item,
    list_findings,
    list_rules,
    the_rule,
)
from services.catalog.api.deps import Cursor, Deps, Given, Text
from services.catalog.api.gate import Viewer, identity
from services.catalog.api.keys import list_keys
from services.catalog.audits.assigned import given_to
from services.catalog.audits.trend import days
from services.catalog.page.audit_cards import Shown, cards_of, compared
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)
PER_PAGE, DAYS = 60, 30


@router.get("/audit")
async def audit_page(request: Request, deps: Given, rule: Text = "", cursor: Cursor = "") -> Response:
    """All rules; or the findings of one."""
    found = await list_findings(deps, rule, PER_PAGE, cursor) if rule else None
    shown = [(found.rule, one) for one in found.items] if found else []
    cards = await cards_of(deps, shown)
    rules = await list_rules(deps)
    trends = {} if found else _trends(await days(deps.library, DAYS), [one.rule for one in rules])
    people = await _people(deps) if found else []
    return await view(
        request, "audit.html", rules=rules, found=found, shown=shown, cards=cards, trends=trends, people=people
    )


@router.get("/audit/compare")
async def compare_page(request: Request, deps: Given, who: Viewer, rule: Text, id: Text) -> Response:
    """The two pictures of a finding beside each other, and what a click would do."""
    asked = the_rule(deps, rule)
    (one,) = await finding_items(deps.database, asked, await found_of(deps, who, asked, [id]))
    if one.picture is None or one.other is None:
        raise HTTPException(404, f"The rule {rule} knows no other picture to compare {id} with.")
    shown: Shown = (item(asked, deps.audited.counts.get(rule)), one)
    cards, people = await cards_of(deps, [shown]), await _people(deps)
    two = [compared(await get_asset(deps, who, own), cards.of(rule)) for own in (one.picture, one.other)]
    return await view(request, "audit_pair.html", rule=shown[0], one=one, two=two, cards=cards, people=people)


@router.get("/audit/mine")
async def mine_page(request: Request, deps: Given, to: Text = ME) -> Response:
    """What was given to who looks, or to somebody else."""
    who = await identity(request)
    given = await list_assigned(deps, who, to or ME)
    shown: list[Shown] = [(one.rule, one) for one in given]
    cards, people = await cards_of(deps, shown), await _people(deps)
    return await view(
        request, "audit_mine.html", shown=shown, cards=cards, people=people, to=who.name if to == ME else to
    )


@router.get("/audit/report")
async def report_page(request: Request, deps: Given, day: Text = "") -> Response:
    """The report of a day, or as it stands."""
    made = await list_audit_reports(deps)
    try:
        report = await (get_audit_report(deps, date.fromisoformat(day)) if day else get_latest_audit_report(deps))
    except HTTPException as error:
        if error.status_code != 404 or day:
            raise
        report = None  # before the first night
    except ValueError as error:
        raise HTTPException(404, f"{day} is no day. The reports: {', '.join(made) or 'none yet'}.") from error
    trends = _trends(await days(deps.library, DAYS), [one.rule for one in report.rules] if report else [])
    return await view(request, "audit_report.html", report=report, made=made, day=day, trends=trends)


async def _people(deps: Deps) -> list[str]:
    """Names that are offered; any other may be typed."""
    keys = {one.name for one in await list_keys(deps) if not one.revoked}
    given = {str(one.fields["to"]) for one in await given_to(deps.database, None, LISTED)}
    return sorted(keys | given)


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
