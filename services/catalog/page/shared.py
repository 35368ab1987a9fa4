"""What a share link opens, for people without an account: its pictures, and files and packs to take.

Whether it may is asked at each request: the link, its end, its password, and of each picture whether it is live.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import ceil
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from runtime.blocks import blocks
from runtime.ranges import SANDBOX, etag_of, matches, type_of
from schemas.download import Download
from schemas.share import KIND
from services.catalog.api.bytes_of import CACHED, Asked, described, part_of
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
from services.catalog.queries.packs import File
from services.catalog.queries.shares import Known
from services.catalog.share.token import pass_of, passes, read

router = APIRouter(prefix="/s", include_in_schema=False, default_response_class=HTMLResponse)
LOOKED_AT = "thumbnail"
"""The size that its page shows: to look is no download."""
PASS_SECONDS = 12 * 3600
"""So long a browser need not tell the password again."""
BY = "share link"
FILM, WATCHED = "video/mp4", "web-mp4"
"""What every browser plays, and which of several is played."""
PICTURES = ("image/jpeg", "image/webp", "image/png", "image/avif", "image/gif")
MOST_LARGE = 30_000_000
"""Bytes of a picture that a page loads."""
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
    answer = bare(
        "shared.html",
        share=share.share,
        at=f"/s/{quote(token)}",
        pictures=[(own, names[own], _of(made, own), larger(_of(made, own), share.share.presets)) for own in live],
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
        at=datetime.now(UTC),
    )
    await note(deps, taken)
    await _count(deps, share, f"a pack of {files} files ({', '.join(wanted)})")
    answer = sent(deps.library, held, share.share.name)
    answer.headers.update(HIDDEN)
    return answer


@router.get("/{token}/{asset}")
async def look_closer(deps: Given, share: Opened, token: Text, asset: Text) -> Response:
    """One of them as large as the link gives it, or the film playing."""
    found, _ = await shares.shown(deps.database, share.share)
    if asset not in found:
        raise Shut("gone")
    made = _of(await packs.files(deps.database, [asset], [LOOKED_AT, *share.share.presets]), asset)
    shown = larger(made, share.share.presets)
    if shown is None:
        raise Shut("gone")
    (picture,) = await packs.pictures(deps.database, [asset])
    answer = bare(
        "shared_one.html",
        share=share.share,
        at=f"/s/{quote(token)}",
        asset=asset,
        name=stems([picture.named])[asset],
        shown=shown,
        film=type_of(shown.name) == FILM,
        files=made,
        order=share.share.presets,
        alt=(await alts(deps.database, [asset])).get(asset),
    )
    answer.headers.update(HIDDEN)
    return answer


def larger(files: Mapping[str, File], presets: Sequence[str]) -> File | None:
    """What of the files that the link gives a browser can show large: a film that plays, else the largest picture."""
    offered = [files[preset] for preset in presets if preset in files]
    films = [one for one in offered if type_of(one.name) == FILM]
    still = [one for one in offered if type_of(one.name) in PICTURES and one.bytes <= MOST_LARGE]
    return min(films, key=lambda one: one.preset != WATCHED) if films else max(still, key=_by_bytes, default=None)


def _by_bytes(file: File) -> int:
    return file.bytes


@router.get("/{token}/{asset}/{preset}")
async def take_file(
    deps: Given, share: Opened, asset: Text, preset: Text, asked: Asked, show: bool = False
) -> Response:
    """One file of the picture's live version; counted, but for the small one that the page shows.

    show: in the page, not as a download. Who saw it may have it, so that is counted, too, once an hour: players fetch a
    film part by part.
    """
    file, stem = await _live(deps, share, asset, preset)
    there = await deps.library.head(file.key)
    if there is None:
        raise Shut("gone")
    kind = type_of(file.name)
    etag = f'"{etag_of(file.sha256, file.key)}"'
    headers = {"ETag": etag, "Cache-Control": CACHED, "Accept-Ranges": "bytes", **HIDDEN}
    if matches(etag, asked.if_none_match):
        return Response(status_code=304, headers=headers)
    wanted = part_of(asked, etag, there.size)
    name = f"{stem}.{file.ending}"
    headers["Content-Security-Policy"] = SANDBOX
    shown = show and (kind == FILM or kind in PICTURES)
    if preset != LOOKED_AT:
        how = "inline" if shown else "attachment"
        headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name, safe='')}"
        if not shown or deps.door.first(share.id, asset, preset):
            by, now = share.share.name, datetime.now(UTC)
            await note(deps, Download(what="file", assets=[asset], presets=[preset], by=by, share=share.id, at=now))
            await _count(deps, share, f"{name} ({preset}{', looked at' if shown else ''})")
    status = described(headers, wanted, there.size)
    body = blocks(deps.library, file.key, range(there.size) if wanted is None else wanted)
    return StreamingResponse(body, status, headers, kind)


async def _live(deps: Deps, share: Known, asset: str, preset: str) -> tuple[File, str]:
    """The file that the link offers, and what it is called. Raises Shut where it offers none such, or not any more."""
    if preset not in (LOOKED_AT, *share.share.presets):
        raise Shut("none")
    if asset not in (await shares.shown(deps.database, share.share)).assets:
        raise Shut("gone")
    file = _of(await packs.files(deps.database, [asset], [preset]), asset).get(preset)
    if file is None:
        raise Shut("gone")
    (picture,) = await packs.pictures(deps.database, [asset])
    return file, stems([picture.named])[asset]


async def _count(deps: Deps, share: Known, what: str) -> None:
    """Before it is given: what Kafka does not have, nobody has."""
    await say(deps, BY, f"{KIND}/{share.id}", deps.door.taken(share.id), why=what)


def _of(files: list[File], asset: str) -> dict[str, File]:
    return {file.preset: file for file in files if file.asset == asset and not file.several}


def _cookie(share: Known) -> str:
    return f"packshot_share_{share.id}"
