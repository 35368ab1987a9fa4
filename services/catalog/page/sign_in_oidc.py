"""Signing in by an identity provider: there, and back."""

import re

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.reached import address, by_tls
from services.catalog.oidc.port import BEGUN_SECONDS, BadToken, Begun, ByProvider, NoRole
from services.catalog.page.sign_in import opened, ways_in

router = APIRouter(prefix="/sign-in/oidc", include_in_schema=False, default_response_class=HTMLResponse)
BEGUN, PATH = "packshot_begun", "/sign-in/oidc"
_OURS = re.compile(r"/(?![/\\])[\x21-\x7e]*")
"""A place on this host: two slashes, or what a browser reads as such, lead to another."""


def _provider(deps: Deps) -> ByProvider:
    if deps.sign_in is None:
        raise HTTPException(404, "No identity provider is set.")
    return deps.sign_in


def _back(request: Request, deps: Deps) -> str:
    return deps.settings.oidc_redirect or f"{address(request)}{PATH}/back"


@router.get("")
async def there(request: Request, deps: Given, to: Text = "/") -> Response:
    """To the provider. What this sign-in is known by again stays in the browser, sealed, for ten minutes."""
    place = to if _OURS.fullmatch(to) else "/"
    url, begun = await _provider(deps).begin(_back(request, deps), place)
    response = RedirectResponse(url, 303)
    # Lax: the way back begins on the provider's page, and a strict cookie would stay behind.
    response.set_cookie(
        BEGUN,
        deps.access.sealed(BEGUN, begun._asdict(), BEGUN_SECONDS),
        max_age=BEGUN_SECONDS,
        httponly=True,
        samesite="lax",
        secure=by_tls(request),
        path=PATH,
    )
    return response


@router.get("/back")
async def back(request: Request, deps: Given) -> Response:
    """From the provider: a session, or why not."""
    provider, kept = _provider(deps), deps.access.opened(BEGUN, request.cookies.get(BEGUN))
    try:
        if kept is None:
            raise BadToken("No sign-in was begun in this browser within the last ten minutes.")
        begun = Begun(**kept)
        who = await provider.finish(begun, request.query_params, _back(request, deps))
    except BadToken as error:
        response = ways_in(request, problem=f"That was no sign-in: {error}")
    except NoRole as error:
        response = ways_in(request, problem=str(error), status=403)
    else:
        response = opened(request, deps.access.session(who.name, who.role, who.scope, who.id), begun.to)
    response.delete_cookie(BEGUN, path=PATH, httponly=True, samesite="lax")
    return response
