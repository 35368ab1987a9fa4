"""Licence, consent and archiving of one picture or of many, as a form."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from schemas.rights import ARCHIVED
from services.catalog.api.assets import get_asset
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import all_seen, at_least
from services.catalog.api.roles import Identity
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)
AT_ONCE = 100
"""As many as an address takes."""


@router.get("/rights")
async def rights_page(
    request: Request,
    deps: Given,
    who: Annotated[Identity, Depends(at_least("approver"))],
    asset: Annotated[list[Text], Query(min_length=1, max_length=AT_ONCE)],
    proposed: bool = False,
) -> Response:
    """Of one picture with what counts, or with what its file proposes; of many with empty boxes."""
    if not await all_seen(deps, who, asset):
        raise HTTPException(404, "Not all of these are pictures that you can see.")
    one = await get_asset(deps, who, asset[0]) if len(asset) == 1 else None
    said = one.rights if one else None
    return await view(
        request,
        "rights.html",
        assets=list(dict.fromkeys(asset)),
        one=one,
        licence=((proposed and said.proposed_licence) or said.licence) if said else None,
        consent=((proposed and said.proposed_consent) or said.consent) if said else None,
        archived=(one.curation.get(ARCHIVED) or "") if one else "",
    )
