"""Having an asset's newest version worked on again."""

from fastapi import APIRouter, HTTPException

from runtime.assets import announced
from runtime.publisher import Outgoing
from schemas.file import FileFacet
from schemas.inbox import InboxHint
from schemas.topics import ASSET_INGESTED, INBOX_EVENTS
from services.catalog.api.actions import note
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Editor
from services.catalog.api.models_wanted import Accepted
from services.catalog.once.ids import new_id
from services.catalog.queries import asset as one

router = APIRouter(prefix="/v1", tags=["decisions"])


@router.post("/assets/{asset_id}/retry", status_code=202)
async def retry(deps: Given, who: Editor, asset_id: Text) -> Accepted:
    """Have the newest version worked on again (after a failure of ours, or a refusal that should not be)."""
    if failed := await one.untaken(deps.database, asset_id):
        hint = InboxHint(bucket=failed["data"]["bucket"], key=failed["data"]["key"], reason="retry")
        await note(deps, who, "retry", asset=asset_id)
        await deps.publisher.publish(Outgoing(INBOX_EVENTS, f"{hint.bucket}/{hint.key}", hint))
        return Accepted(id=new_id())
    found = await one.original(deps.database, asset_id, None)
    event = announced(asset_id, found["version"], FileFacet.model_validate(found["data"])) if found else None
    if event is None:
        raise HTTPException(409, "Ingest has not taken this file, so there is nothing to work on. Drop it once more.")
    own = new_id()
    await note(deps, who, "retry", asset=asset_id)
    await deps.publisher.publish(Outgoing(ASSET_INGESTED, asset_id, event, (own,)))
    return Accepted(id=own)
