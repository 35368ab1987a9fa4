"""Signing in by a one-time link, and out."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.access import COOKIE, same_origin
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import known
from services.catalog.page.views import bare

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


class SignInFirst(Exception):
    """Nobody is signed in."""


async def signed_in(request: Request) -> None:
    """Pages are for people who signed in; others learn how."""
    if await known(request) is None:
        raise SignInFirst


@router.get("/sign-in")
async def sign_in(request: Request, deps: Given, token: Text = "") -> Response:
    """Uses the link up and opens a session.

    The answer is a page that leads on, not a redirect: after a click in another site's page, a browser sends a
    strict cookie only with a navigation that our own page begins.
    """
    session = deps.access.use_link(token)
    if session is None:
        return bare("sign_in.html", status=401, used=bool(token))
    response = bare("signed_in.html")
    response.set_cookie(
        COOKIE,
        session,
        max_age=deps.access.session_seconds,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forgets the session in this browser."""
    if not same_origin(dict(request.headers)):
        raise HTTPException(403, "This request does not come from Packshot's own page.")
    response = bare("sign_in.html", used=False)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response
