"""A pasted list of SKUs or GTINs as a page: found, without a picture, missing; and the same as CSV."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Viewer
from services.catalog.api.lookup import LookupWanted, as_csv, asked_for, guesses
from services.catalog.page.sign_in import signed_in_for_products
from services.catalog.page.views import view
from services.catalog.queries import assets
from services.catalog.queries.lookup import looked_up, parted

router = APIRouter(
    include_in_schema=False, dependencies=[Depends(signed_in_for_products)], default_response_class=HTMLResponse
)


@router.get("/lookup")
async def empty(request: Request) -> Response:
    """A place for the list."""
    return await view(request, "lookup.html", text="", parts=None, cards={}, problem="")


@router.post("/lookup")
async def look_up(
    request: Request,
    deps: Given,
    who: Viewer,
    codes: Annotated[str, Form(max_length=1_500_000)] = "",
    form: Annotated[Text, Form(alias="as")] = "page",
) -> Response:
    """The three lists, or a file of them where the form's other button was pressed."""
    try:
        asked = asked_for(LookupWanted(text=codes))
    except HTTPException as error:
        said = str(error.detail)
        return await view(request, "lookup.html", status=422, text=codes, parts=None, cards={}, problem=said)
    looked = await looked_up(deps.database, asked.codes, who.scope)
    parts = parted(looked)
    guessed = await guesses(deps, parts[2], who.scope)
    if form == "csv":
        return as_csv(looked, guessed)
    shown = await assets.some(deps.database, [one.picture for one in parts[0] if one.picture], who.scope)
    cards = {card["id"]: card for card in shown}
    return await view(
        request,
        "lookup.html",
        text="\n".join(asked.codes),
        parts=parts,
        cards=cards,
        problem="",
        guesses={guess.asked: guess for guess in guessed},
        repeated=asked.repeated,
    )
