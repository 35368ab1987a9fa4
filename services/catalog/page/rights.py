"""Licence, consent and archiving of one picture or of many, as a form."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from schemas.rights import ARCHIVED, CONSENT, LICENCE
from services.catalog.api.assets import get_asset
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Approver, all_seen
from services.catalog.page.sign_in import signed_in_for_a_part
from services.catalog.page.views import view

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_a_part)], default_response_class=HTMLResponse
)
AT_ONCE = 100
"""As many as an address takes."""


@router.get("/rights")
async def rights_page(
    request: Request,
    deps: Given,
    who: Approver,
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
        said=_said(one.curation) if one else {},
        proposed=proposed,
    )


def _said(decided: dict[str, Any]) -> dict[str, Any]:
    """What people have decided so far, null for nothing: what a change expects to find."""
    return {name: decided.get(name) for name in (LICENCE, CONSENT, ARCHIVED)}
