"""The gate that every route but health passes: who asks, and whether this one may."""

from collections.abc import Awaitable, Callable, Sequence
from math import ceil
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from services.catalog.api.access import COOKIE, bearer, is_bearer, same_origin
from services.catalog.api.deps import Deps, deps_of
from services.catalog.api.roles import ABOUT, Identity, Role
from services.catalog.oidc.port import NoRole
from services.catalog.queries.keys import by_key
from services.catalog.queries.scope import seen

SAFE = ("GET", "HEAD", "OPTIONS")
NOBODY = "Send `Authorization: Bearer <key>`, or sign in."
UNKNOWN = "This `Authorization` opens nothing: the key is wrong, has ended or was revoked. Send `Bearer <key>`."
FETCHED = "/v1/feeds/"
"""Channels fetch feeds with a name and a password (HTTP Basic): the key is the password. Nothing else takes it so."""


async def known(request: Request) -> Identity | None:
    """Who asks, or None; looked for once a request. Raises 403 for who has an account, but no role here."""
    if not hasattr(request.state, "who"):
        request.state.who = await _known(deps_of(request), request)
    who: Identity | None = request.state.who
    return who


async def still_known(request: Request) -> bool:
    """Whether what the request shows opens what it opened when it came: a long answer asks now and then. Raises
    Unavailable.
    """
    try:
        return await _known(deps_of(request), request) == await known(request)
    except HTTPException:
        return False


async def _known(deps: Deps, request: Request) -> Identity | None:
    """A key that was sent is what counts, be it wrong: a browser adds its cookie to it by itself."""
    given = request.headers.get("authorization")
    cookie = None if is_bearer(given) else request.cookies.get(COOKIE)
    if request.url.path.startswith(FETCHED):
        given = bearer(given)
    who = deps.access.by_key(given) or deps.access.by_session(cookie) or await by_key(deps.database, given)
    try:
        return who or (await deps.sign_in.by_token(given) if deps.sign_in else None)
    except NoRole as error:
        raise HTTPException(403, str(error)) from error


async def identity(request: Request) -> Identity:
    """Who asks. 401 for nobody, 403 where another site's page made the browser ask, 429 for who asks too often.

    A request counts once, however often it is looked at.
    """
    who = await known(request)
    if who is None:
        told = UNKNOWN if request.headers.get("authorization") else NOBODY
        raise HTTPException(401, told, {"WWW-Authenticate": "Bearer"})
    if who.by_cookie and request.method not in SAFE and not same_origin(dict(request.headers)):
        raise HTTPException(403, "This request does not come from Packshot's own page.")
    if not getattr(request.state, "passed", False):
        if wait := deps_of(request).pace.wait(who):
            raise HTTPException(429, "This key asks too often.", {"Retry-After": str(ceil(wait))})
        request.state.passed = True
    return who


def need(who: Identity, role: Role) -> None:
    """Raises 403 where this is none who may what that role may."""
    if not who.may(role):
        raise HTTPException(403, f"This needs the role {role}: {ABOUT[role]}. {who.name} is {who.role}.")


def need_all(who: Identity) -> None:
    """Raises 403 where this one sees a part only."""
    if who.scope.limited:
        raise HTTPException(403, f"{who.name} sees {who.scope.words}; this is about more.")


def need_products(who: Identity) -> None:
    """Raises 403 where this one sees no products, not even those of some brands."""
    if not who.scope.has_products:
        need_all(who)


def at_least(role: Role) -> Callable[[Identity], Awaitable[Identity]]:
    """The gate of routes that look at more than single assets: closed for who is limited to some."""

    async def check(who: Annotated[Identity, Depends(identity)]) -> Identity:
        need(who, role)
        need_all(who)
        return who

    return check


def of_brands(role: Role) -> Callable[[Identity], Awaitable[Identity]]:
    """The gate of routes about products: open for who is limited to brands, as products have them. They say what."""

    async def check(who: Annotated[Identity, Depends(identity)]) -> Identity:
        need(who, role)
        need_products(who)
        return who

    return check


def in_scope(role: Role) -> Callable[[Request, Identity], Awaitable[Identity]]:
    """The gate of routes that heed the scope of who asks: an asset outside it is none."""

    async def check(request: Request, who: Annotated[Identity, Depends(identity)]) -> Identity:
        need(who, role)
        asset = request.path_params.get("asset_id")
        if asset and not await all_seen(deps_of(request), who, [asset]):
            raise HTTPException(404, "There is no such asset.")
        return who

    return check


async def all_seen(deps: Deps, who: Identity, assets: Sequence[str]) -> bool:
    """Whether all of these lie where this one may look; unknown ones do not."""
    return not who.scope.limited or await seen(deps.database, who.scope, assets) == set(assets)


async def only_folders(who: Annotated[Identity, Depends(identity)]) -> None:
    """The gate of what is about all that lies in a folder."""
    if who.scope.brands or who.scope.collections:
        raise HTTPException(403, f"{who.name} sees {who.scope.words}; a folder may hold more.")


gate = at_least("viewer")
Buyer = Annotated[Identity, Depends(of_brands("channel"))]
"""Of routes about products."""
Anybody = Annotated[Identity, Depends(in_scope("channel"))]
"""Of routes that say themselves what they need."""
Viewer = Annotated[Identity, Depends(in_scope("viewer"))]
Editor = Annotated[Identity, Depends(in_scope("editor"))]
Approver = Annotated[Identity, Depends(in_scope("approver"))]
Manager = Annotated[Identity, Depends(at_least("manager"))]
Admin = Annotated[Identity, Depends(at_least("admin"))]
