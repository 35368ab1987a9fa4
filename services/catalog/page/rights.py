"""Licence, consent and archiving of one picture or of many, as a form."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from schemas.rights import ARCHIVED, CONSENT, LICENCE
from services.catalog.api.assets import get_asset
from services.catalog.api.bulk import AT_ONCE
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Approver, all_seen
from services.catalog.api.roles import Identity
from services.catalog.page.sign_in import signed_in_for_a_part
from services.catalog.page.views import view

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_a_part)], default_response_class=HTMLResponse
)


@router.get("/rights")
async def rights_page(request: Request, deps: Given, who: Approver, asset: Text, proposed: bool = False) -> Response:
    """Of one picture, with what counts, or with what its file proposes."""
    await _must_be_seen(deps, who, [asset])
    one = await get_asset(deps, who, asset)
    said = one.rights
    return await view(
        request,
        "rights.html",
        assets=[asset],
        one=one,
        licence=(proposed and said.proposed_licence) or said.licence,
        consent=(proposed and said.proposed_consent) or said.consent,
        archived=one.curation.get(ARCHIVED) or "",
        said=_said(one.curation),
        proposed=proposed,
    )


@router.post("/rights")
async def rights_of_many(
    request: Request,
    deps: Given,
    who: Approver,
    asset: Annotated[list[Text], Form(min_length=1, max_length=AT_ONCE)],
) -> Response:
    """Of as many as are decided about at once, with empty boxes. Nothing is decided; an address would not hold them."""
    await _must_be_seen(deps, who, asset)
    empty: dict[str, Any] = {"one": None, "licence": None, "consent": None, "archived": "", "said": {}}
    return await view(request, "rights.html", assets=list(dict.fromkeys(asset)), proposed=False, **empty)


async def _must_be_seen(deps: Deps, who: Identity, assets: list[str]) -> None:
    """Raises 404."""
    if not await all_seen(deps, who, assets):
        raise HTTPException(404, "Not all of these are pictures that you can see.")


def _said(decided: dict[str, Any]) -> dict[str, Any]:
    """What people have decided so far, null for nothing: what a change expects to find."""
    return {name: decided.get(name) for name in (LICENCE, CONSENT, ARCHIVED)}
