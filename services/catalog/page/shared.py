"""What a share link opens, for people without an account: its pictures, and packs to take.

Whether it may is asked at each request: the link, its end, its password, and of each picture whether it is live.
"""

import time
from datetime import UTC, datetime
from functools import partial
from math import ceil
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from schemas.download import Download
from schemas.share import KIND
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.downloads import note
from services.catalog.api.packs import MOST_PRESETS
from services.catalog.api.reached import by_tls
from services.catalog.api.saying import say
from services.catalog.pack.answer import collected, sent
from services.catalog.pack.names import stems
from services.catalog.page.alts import alts
from services.catalog.page.views import bare
from services.catalog.queries import packs, shares
from services.catalog.queries.handed import deliverable
from services.catalog.queries.packs import File
from services.catalog.queries.shares import Known
from services.catalog.share.shown import larger
from services.catalog.share.token import pass_of, passes, read

router = APIRouter(prefix="/s", include_in_schema=False, default_response_class=HTMLResponse)
LOOKED_AT = "thumbnail"
"""The size that its page shows: to look is no download."""
PASS_SECONDS = 12 * 3600
"""So long a browser need not tell the password again."""
BY = "share link"
Why = Literal["none", "over", "gone", "often", "password", "wrong"]
STATUS: dict[Why, int] = {"none": 404, "over": 410, "gone": 410, "often": 429, "password": 401, "wrong": 403}


class Shut(Exception):
    """The link opens nothing: why."""

    def __init__(self, why: Why, wait: float = 0) -> None:
        super().__init__(why)
        self.why, self.wait = why, wait


async def shut(request: Request, error: Exception) -> Response:
    """The page that says so; for a password the one that asks for it."""
    assert isinstance(error, Shut)  # noqa: S101 - what it is registered for
    link = "/".join(request.url.path.split("/")[:3])
    answer = bare("shut.html", status=STATUS[error.why], why=error.why, action=link)
    if error.wait:
        answer.headers["Retry-After"] = str(ceil(error.wait))
    answer.headers.update(HIDDEN)
    return answer


HIDDEN = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
"""Who has the address has the pictures: it goes into no index, and to no other page."""


async def found(deps: Given, token: Text) -> Known:
    """The link, while it is open. Raises Shut."""
    own = read(deps.settings.admin_key, token)
    if own and (wait := deps.door.wait(own)):
        raise Shut("often", wait)
    share = await shares.one(deps.database, own) if own else None
    if share is None:
        raise Shut("none")
    if not share.is_open(datetime.now(UTC)):
        raise Shut("over")
    return share


async def opened(request: Request, deps: Given, share: Annotated[Known, Depends(found)]) -> Known:
    """The link, to somebody who may pass. Raises Shut."""
    kept = request.cookies.get(_cookie(share))
    password = share.share.password
    if password and not passes(deps.settings.admin_key, share.id, password, kept, time.time()):
        raise Shut("password")
    return share


Found = Annotated[Known, Depends(found)]
Opened = Annotated[Known, Depends(opened)]


@router.get("/{token}")
async def look(deps: Given, share: Opened, token: Text) -> Response:
    """Its pictures that are live, with the files that may be taken."""
    assets, notes = await shares.shown(deps.database, share.share)
    about = await shares.pictures(deps.database, share.share)
    standing = [one for one in await packs.pictures(deps.database, assets) if one.live is not None]
    made = await packs.files(deps.database, assets, [LOOKED_AT, *share.share.presets])
    offers = [one for one in await packs.offers(deps.database, assets) if one.preset in share.share.presets]
    names = stems(one.named for one in standing)
    live = [one.named.asset for one in standing]
    files = {own: of_asset(made, own) for own in live}
    answer = bare(
        "shared.html",
        share=share.share,
        at=f"/s/{quote(token)}",
        pictures=[(own, names[own], files[own], larger(files[own], share.share.presets)) for own in live],
        offers=offers,
        order=share.share.presets,
        left_out=len(about) - len(live),
        notes=notes,
        alts=await alts(deps.database, live),
    )
    answer.headers.update(HIDDEN)
    return answer


@router.post("/{token}")
async def tell_password(
    request: Request, deps: Given, share: Found, token: Text, password: Annotated[Text, Form(max_length=200)] = ""
) -> Response:
    """Opens it for this browser, for half a day."""
    kept = share.share.password
    answer = RedirectResponse(f"/s/{quote(token)}", 303, HIDDEN)
    if not kept:
        return answer
    if wait := deps.door.wait_to_try(share.id):
        raise Shut("often", wait)
    if not await deps.door.fits(password, kept):
        raise Shut("wrong")
    value = pass_of(deps.settings.admin_key, share.id, kept, int(time.time()) + PASS_SECONDS)
    answer.set_cookie(
        _cookie(share),
        value,
        max_age=PASS_SECONDS,
        httponly=True,
        samesite="lax",  # who comes by the link again, comes from somewhere else
        secure=by_tls(request),
        path=f"/s/{quote(token)}",
    )
    return answer


@router.get("/{token}/pack")
async def take_pack(
    deps: Given,
    share: Opened,
    token: Text,
    preset: Annotated[list[Text], Query(max_length=MOST_PRESETS)] = [],  # noqa: B006
) -> Response:
    """All that is live, in these of its sizes; counted. Without a size, back to its page."""
    wanted = [name for name in share.share.presets if name in preset]
    if not wanted:
        return RedirectResponse(f"/s/{quote(token)}", 303, HIDDEN)
    try:
        assets, notes = await shares.shown(deps.database, share.share)
        held = await collected(deps.database, assets, wanted, notes)
    except HTTPException as nothing:
        raise Shut("gone") from nothing
    files = len(held.entries)
    taken = Download(
        what="pack",
        assets=held.assets,
        presets=wanted,
        files=files,
        by=share.share.name,
        share=share.id,
        market=share.share.market,
        channel=share.share.channel,
        at=datetime.now(UTC),
    )
    await note(deps, taken)
    await count(deps, share, f"a pack of {files} files ({', '.join(wanted)})")
    still = partial(deliverable, deps.database, audience=share.share.audience)
    answer = sent(deps.library, held, share.share.name, still)
    answer.headers.update(HIDDEN)
    return answer


async def count(deps: Deps, share: Known, what: str) -> None:
    """Before it is given: what Kafka does not have, nobody has."""
    await say(deps, BY, f"{KIND}/{share.id}", deps.door.taken(share.id), why=what)


def of_asset(files: list[File], asset: str) -> dict[str, File]:
    """Preset → its file; streams of many files are none."""
    return {file.preset: file for file in files if file.asset == asset and not file.several}


def _cookie(share: Known) -> str:
    return f"packshot_share_{share.id}"
