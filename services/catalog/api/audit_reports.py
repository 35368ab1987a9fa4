"""The weekly reports of the audit."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Depends, HTTPException

from schemas.report import AuditReport
from services.catalog.api.deps import Day, Given
from services.catalog.api.gate import at_least
from services.catalog.audits import nights
from services.catalog.audits.reporting import WEEK, compared, reports, stored

router = APIRouter(prefix="/v1/audit/reports", tags=["audit"], dependencies=[Depends(at_least("viewer"))])


@router.get("")
async def list_audit_reports(deps: Given) -> list[str]:
    """Days of the reports that were made, the last first."""
    return await reports(deps.library)


@router.get("/latest")
async def get_latest_audit_report(deps: Given) -> AuditReport:
    """The last night against the one a week before it, or the oldest that there is. 404 before the first night."""
    known = await nights.days(deps.library)
    if not known:
        raise HTTPException(404, "No night was kept yet. The first is, minutes after the catalogue starts.")
    day = known[-1]
    week = (datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=WEEK.days)).date().isoformat()
    since = next((one for one in known[:-1] if one >= week), "")
    return await compared(deps.database, deps.library, deps.audited.rules, day, day, since, ())


@router.get("/{day}")
async def get_audit_report(deps: Given, day: Day) -> AuditReport:
    """The report of that day, as it was made. 404 where there is none."""
    found = await stored(deps.library, day.isoformat())
    if found is None:
        raise HTTPException(404, f"There is no report of {day}. GET /v1/audit/reports tells the days.")
    return found
