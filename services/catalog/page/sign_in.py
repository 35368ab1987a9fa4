"""Signing in by a one-time link, and out; who sees which pages."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from services.catalog.api.access import COOKIE, same_origin
from services.catalog.api.deps import Given, Text, deps_of
from services.catalog.api.gate import known, need, need_all, need_products
from services.catalog.api.reached import by_tls
from services.catalog.page.views import bare

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


class SignInFirst(Exception):
    """Nobody is signed in."""


async def signed_in_for_a_part(request: Request) -> None:
    """Pages that heed what whoever asks may see. People who have not signed in learn how."""
    who = await known(request)
    if who is None:
        raise SignInFirst
    need(who, "viewer")


async def signed_in(request: Request) -> None:
    """Pages about more than single folders: closed for who is limited to some."""
    await signed_in_for_a_part(request)
    if who := await known(request):
        need_all(who)


async def signed_in_for_products(request: Request) -> None:
    """Pages about products: closed for who is limited otherwise than to brands."""
    await signed_in_for_a_part(request)
    if who := await known(request):
        need_products(who)


def ways_in(request: Request, *, used: bool = False, problem: str = "", status: int = 401) -> HTMLResponse:
    """How to sign in. `used`: the link that was followed opens nothing any more; `problem`: why it came to nothing."""
    by_provider = deps_of(request).sign_in is not None
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    to = here if request.method == "GET" and not here.startswith("/sign-in") else "/"
    return bare("sign_in.html", status=status, used=used, problem=problem, by_provider=by_provider, to=to)


def opened(request: Request, session: str, to: str = "/") -> HTMLResponse:
    """Signed in.

    The answer is a page that leads on, not a redirect: after a click in another site's page, a browser sends a
    strict cookie only with a navigation that our own page begins.
    """
    response = bare("signed_in.html", to=to)
    response.set_cookie(
        COOKIE,
        session,
        max_age=deps_of(request).access.session_seconds,
        httponly=True,
        samesite="strict",
        secure=by_tls(request),
        path="/",
    )
    return response


@router.get("/sign-in")
async def sign_in(request: Request, deps: Given, token: Text = "") -> Response:
    """Uses the link up and opens a session."""
    session = deps.access.use_link(token)
    if session is None:
        return ways_in(request, used=bool(token))
    return opened(request, session)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forgets the session in this browser."""
    if not same_origin(dict(request.headers)):
        raise HTTPException(403, "This request does not come from Packshot's own page.")
    response = ways_in(request, status=200)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response
