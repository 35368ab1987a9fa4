"""Fields that people define: a form, and what is defined."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.deps import Given
from services.catalog.api.gate import Manager
from services.catalog.own_fields.definition import EVERYWHERE, NAME, Type
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.queries import own_fields

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)
TYPES: dict[Type, str] = {
    "text": "a text",
    "number": "a number",
    "date": "a day",
    "choice": "one of a list",
    "choices": "some of a list",
    "boolean": "yes or no",
}


@router.get("/fields")
async def fields_page(request: Request, deps: Given, _: Manager) -> Response:
    """All that are defined, and a form that defines one or changes it."""
    return await view(
        request,
        "own_fields.html",
        found=await own_fields.defined(deps.database),
        categories=await own_fields.categories(deps.database),
        types=TYPES,
        everywhere=EVERYWHERE,
        pattern=NAME.pattern,
    )
