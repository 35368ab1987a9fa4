"""The audit's page: what deserves somebody's work, by rule, and a rule's findings."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.audits import list_findings, list_rules, the_rule
from services.catalog.api.deps import Given, Text
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.queries import assets

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)
PER_PAGE = 60


@router.get("/audit")
async def audit_page(request: Request, deps: Given, rule: Text = "", cursor: Text = "") -> Response:
    """All rules; or the findings of one."""
    found = await list_findings(deps, rule, PER_PAGE, cursor) if rule else None
    shown = [one.id for one in found.items] if found and the_rule(rule).of == "asset" else []
    cards = {card["id"]: card for card in await assets.some(deps.database, shown)}
    return await view(request, "audit.html", rules=await list_rules(deps), found=found, cards=cards)
