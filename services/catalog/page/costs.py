"""The page of what bytes cost."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api import costs
from services.catalog.api.deps import Given
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)
SHOWN = 20


@router.get("/bytes")
async def bytes_page(request: Request, deps: Given, month: costs.Month | None = None) -> Response:
    """One month; the running one where none is asked for."""
    now = f"{datetime.now(UTC):%Y-%m}"
    report = await costs.report(deps, month or now, SHOWN)
    return await view(request, "bytes.html", report=report, now=now, before=costs.month_before(report.month))
