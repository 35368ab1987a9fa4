"""An older version back: a decision that ingest carries out, as if its bytes had been dropped once more."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from schemas.curation import RESTORE
from schemas.decision import Decision
from services.catalog.api.assets import get_asset
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import in_scope
from services.catalog.api.models_wanted import Accepted
from services.catalog.api.roles import Identity
from services.catalog.api.saying import spoken
from services.catalog.once.ids import new_id

router = APIRouter(prefix="/v1", tags=["decisions"])
Approver = Annotated[Identity, Depends(in_scope("approver"))]


class RestoreWanted(BaseModel):
    """An older version."""

    version: int = Field(ge=1, le=2**31 - 1, examples=[1])
    why: str | None = Field(default=None, max_length=500)


@router.post("/assets/{asset_id}/restore", status_code=202)
async def restore(deps: Given, who: Approver, asset_id: Text, wanted: RestoreWanted) -> Accepted:
    """Its bytes become the newest version, which needs no approval and goes live when it is ready: within seconds, for
    its renditions are there. What is live stays until then. Undo: restore the one that was live.

    Where a newer version comes meanwhile, it is refused (`refused_decisions`): nobody has looked at that.
    """
    versions = (await get_asset(deps, who, asset_id)).versions
    found = next((one for one in versions if one.version == wanted.version), None)
    if found is None:
        raise HTTPException(404, f"It has no version {wanted.version}.")
    if not found.restorable:
        raise HTTPException(
            409, f"Version {wanted.version} is the newest anyway, was refused, or is a picture of its own."
        )
    said = Decision(
        id=new_id(),
        entity=f"asset/{asset_id}",
        set={RESTORE: {"version": wanted.version, "over": versions[0].version}},
        on_version=versions[0].version,
        by=who.name,
        why=wanted.why,
        at=datetime.now(UTC),
    )
    await deps.publisher.publish(spoken(said))
    return Accepted(id=said.id)
