"""Approving and rejecting many at once: of each picture the version that waits for it."""

from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from schemas.curation import APPROVAL
from schemas.decision import Decision
from services.catalog.api.approval import APPROVED, Rejection
from services.catalog.api.bulk import AT_ONCE, say_all
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Editor, all_seen, need
from services.catalog.once.ids import new_id

router = APIRouter(prefix="/v1/approvals", tags=["decisions"])


class ApprovalsWanted(BaseModel):
    """Approved, or rejected with a reason."""

    assets: list[Text] = Field(min_length=1, max_length=AT_ONCE)
    rejected: Rejection | None = Field(default=None, description="Why not; without it they are approved")


class Approved(BaseModel):
    """Kafka has it. Undo: POST /v1/batches/{batch}/undo, until the version is live."""

    batch: str
    fields: dict[str, str] = Field(description="Asset → field that was set, `approval:<version>`")
    skipped: list[str] = Field(description="Assets of which no version waits to be approved")


@router.post("", status_code=202)
async def approve(deps: Given, who: Editor, wanted: ApprovalsWanted) -> Approved:
    """Of each of these pictures the version that waits to be approved; an approved one goes live within seconds."""
    need(who, "approver")
    assets = list(dict.fromkeys(wanted.assets))
    if not await all_seen(deps, who, assets):
        raise HTTPException(404, "Not all of these are pictures that you can see.")
    async with deps.database.reading() as connection:
        rows = await connection.fetch(
            "SELECT id, newest FROM catalog.asset WHERE id = ANY($1::text[]) AND approves", assets
        )
    fields = {row["id"]: f"{APPROVAL}{row['newest']}" for row in rows}
    batch, now = new_id(), datetime.now(UTC)
    value = wanted.rejected.model_dump(exclude_none=True) if wanted.rejected else APPROVED
    said = [
        Decision(
            id=new_id(), entity=f"asset/{asset}", set={field: value}, batch=batch, by=who.name, at=now,
            why=wanted.rejected.reason if wanted.rejected else None,
        )
        for asset, field in fields.items()
    ]  # fmt: skip
    if said:
        await say_all(deps, said)
    return Approved(batch=batch, fields=fields, skipped=[asset for asset in assets if asset not in fields])
