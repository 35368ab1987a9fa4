"""Bytes from the library through us: renditions with a strong ETag, originals as downloads that never run."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response
from fastapi import Path as PathParam
from fastapi.responses import RedirectResponse, StreamingResponse

from runtime.blocks import blocks
from runtime.objects import Missing
from runtime.ranges import BLOCK, SANDBOX, matches, part, policy, type_of
from schemas.download import Download
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.downloads import note
from services.catalog.api.gate import Viewer, identity, in_scope
from services.catalog.api.roles import Identity
from services.catalog.queries import asset as one
from services.catalog.queries import packs

router = APIRouter(prefix="/v1", tags=["bytes"], dependencies=[Depends(in_scope("channel"))])
CACHED = "private, max-age=60, must-revalidate"
Version = Annotated[
    int | None,
    Query(
        ge=1,
        le=2**31 - 1,
        description="Default: the version that is shown; a key of the role channel is given the live one alone",
    ),
]
Anybody = Annotated[Identity, Depends(identity)]
"""Whoever passed the router's gate."""


class Conditions(NamedTuple):
    """What a client says of what it has, and of what part it wants."""

    if_none_match: str | None
    range: str | None
    if_range: str | None


def conditions(
    if_none_match: Annotated[str | None, Header()] = None,
    range: Annotated[str | None, Header(description="One range, as `bytes=0-99`")] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> Conditions:
    """From the request's headers."""
    return Conditions(if_none_match, range, if_range)


Asked = Annotated[Conditions, Depends(conditions)]


@router.get("/assets/{asset_id}/renditions/{preset}", response_class=Response)
async def get_rendition(
    deps: Given,
    who: Anybody,
    asset_id: Text,
    preset: Annotated[Text, PathParam(description="Name of a preset, such as `thumbnail` or `web`")],
    asked: Asked,
    version: Version = None,
) -> Response:
    """The bytes of one rendition; ranges are served.

    A rendition of several files (HLS, storyboard) leads to its first one: playlists name the others beside it. A key of
    the role channel gets what may be given away at that moment: 410 outside the picture's time.
    """
    found = await one.rendition(deps.database, asset_id, preset, await _given(deps, who, asset_id, version))
    if found is None:
        raise HTTPException(404, "There is no such rendition (yet).")
    if found.first:
        return RedirectResponse(f"{quote(preset, safe='')}/{quote(found.first)}", 307)
    return await _send(deps, found, preset, asked, _noting(deps, who, asset_id, found.version, preset))


@router.get("/assets/{asset_id}/renditions/{preset}/{digest}/{file}", response_class=Response)
async def get_file_of_rendition(
    deps: Given,
    who: Anybody,
    asset_id: Text,
    preset: Text,
    digest: Annotated[Text, PathParam(description="Of all its files together: who watches one set never gets another")],
    file: Text,
    asked: Asked,
) -> Response:
    """One file of a rendition that has several: a playlist, a segment, a sheet of a storyboard."""
    version = await _given(deps, who, asset_id, None)
    found = await one.file_of_rendition(deps.database, asset_id, preset, digest, file, version)
    if found is None:
        raise HTTPException(404, "There is no such file of this rendition (yet).")
    return await _send(deps, found, preset, asked, _noting(deps, who, asset_id, found.version, preset))


async def _given(deps: Deps, who: Identity, asset_id: str, version: int | None) -> int | None:
    """The version to give, or None for what the query takes by itself. Raises 404, 410.

    People look at drafts; to a channel it is a hand-over, with the same condition as a pack's.
    """
    if who.may("viewer"):
        return version
    pictures = await packs.pictures(deps.database, [asset_id])
    if pictures and pictures[0].shut:
        raise HTTPException(410, f"It may not be given now: it is {pictures[0].state}.")
    if not pictures or pictures[0].live is None or version not in (None, pictures[0].live):
        raise HTTPException(404, "There is no such live version.")
    return pictures[0].live


def _noting(deps: Deps, who: Identity, asset: str, version: int, preset: str) -> Callable[[], None]:
    """What notes that a program has it; of people nothing is noted: it is what the page shows them."""

    def noted() -> None:
        if not who.by_cookie:
            deps.fetched.note(who.name, asset, version, preset)

    return noted


async def _send(deps: Deps, found: one.Served, preset: str, asked: Conditions, noted: Callable[[], None]) -> Response:
    ending = found.key.rpartition(".")[2]
    kind = type_of(found.key)
    headers = {"ETag": f'"{found.etag}"', "Cache-Control": CACHED, "Accept-Ranges": "bytes"}
    if matches(headers["ETag"], asked.if_none_match):
        return Response(status_code=304, headers=headers)
    asked_part = part_of(asked, headers["ETag"], found.size)
    wanted = range(found.size) if asked_part is None else asked_part
    try:
        first = await deps.library.read(found.key, wanted[:BLOCK]) if wanted else b""
    except Missing as error:
        raise HTTPException(404, "The catalogue names this rendition, but the store does not have it.") from error
    noted()
    stem = found.name.rpartition(".")[0] or found.name
    headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'{stem}-{preset}.{ending}', safe='')}"
    headers["Content-Security-Policy"] = policy(kind)
    status = described(headers, asked_part, found.size)
    return StreamingResponse(blocks(deps.library, found.key, wanted, first), status, headers, kind)


def part_of(asked: Conditions, etag: str, size: int) -> range | None:
    """The bytes that are wanted; None: all. Raises 416 where there are none such."""
    wanted = part(asked.range, asked.if_range, etag, size)
    if wanted is not None and not wanted:
        raise HTTPException(416, "There are no such bytes.", {"Content-Range": f"bytes */{size}"})
    return wanted


def described(headers: dict[str, str], wanted: range | None, size: int) -> int:
    """The status; `headers` say how much of how much it is."""
    headers["Content-Length"] = str(size if wanted is None else len(wanted))
    if wanted is None:
        return 200
    headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
    return 206


@router.get("/assets/{asset_id}/original", response_class=StreamingResponse)
async def get_original(deps: Given, who: Viewer, asset_id: Text, asked: Asked, version: Version = None) -> Response:
    """The original, byte for byte, as a download; ranges are served. `GET /v1/downloads` has it then, each part too."""
    found = await one.original(deps.database, asset_id, version)
    if found is None or not found["data"].get("sha256"):
        raise HTTPException(404, "There is no such original.")
    file = found["data"]
    key = f"originals/{file['sha256']}"
    headers = {"ETag": f'"{file["sha256"]}"', "Cache-Control": CACHED, "Accept-Ranges": "bytes"}
    if matches(headers["ETag"], asked.if_none_match):
        return Response(status_code=304, headers=headers)
    there = await deps.library.head(key)
    if there is None:
        raise HTTPException(404, "The catalogue names this original, but the store does not have it.")
    asked_part = part_of(asked, headers["ETag"], there.size)
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found['name'], safe='')}"
    headers["Content-Security-Policy"] = SANDBOX
    status = described(headers, asked_part, there.size)
    taken = Download(what="original", assets=[asset_id], version=found["version"], by=who.name, at=datetime.now(UTC))
    await note(deps, taken)
    wanted = range(there.size) if asked_part is None else asked_part
    return StreamingResponse(blocks(deps.library, key, wanted), status, headers, file["media_type"])
