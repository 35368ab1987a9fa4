"""What of one picture a share link gives: the page where it is large or plays, and its files."""

from datetime import UTC, datetime
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from runtime.blocks import blocks
from runtime.ranges import SANDBOX, etag_of, matches, type_of
from schemas.download import Download
from services.catalog.api.bytes_of import CACHED, Asked, described, part_of
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.downloads import note
from services.catalog.pack.names import stems
from services.catalog.page.alts import alts
from services.catalog.page.shared import HIDDEN, LOOKED_AT, Opened, Shut, count, of_asset
from services.catalog.page.views import bare
from services.catalog.queries import packs, shares
from services.catalog.queries.packs import File
from services.catalog.queries.shares import Known
from services.catalog.share.shown import FILM, larger, shows

router = APIRouter(prefix="/s", include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{token}/{asset}")
async def look_closer(deps: Given, share: Opened, token: Text, asset: Text) -> Response:
    """One of them as large as the link gives it, or the film playing."""
    found, _ = await shares.shown(deps.database, share.share)
    if asset not in found:
        raise Shut("gone")
    made = of_asset(await packs.files(deps.database, [asset], [LOOKED_AT, *share.share.presets]), asset)
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
    shown = show and shows(file)
    if preset != LOOKED_AT:
        how = "inline" if shown else "attachment"
        headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name, safe='')}"
        if not shown or deps.door.first(share.id, asset, preset):
            await note(deps, _taken(share, asset, preset))
            await count(deps, share, f"{name} ({preset}{', looked at' if shown else ''})")
    status = described(headers, wanted, there.size)
    body = blocks(deps.library, file.key, range(there.size) if wanted is None else wanted)
    return StreamingResponse(body, status, headers, kind)


def _taken(share: Known, asset: str, preset: str) -> Download:
    return Download(
        what="file",
        assets=[asset],
        presets=[preset],
        by=share.share.name,
        share=share.id,
        market=share.share.market,
        channel=share.share.channel,
        at=datetime.now(UTC),
    )


async def _live(deps: Deps, share: Known, asset: str, preset: str) -> tuple[File, str]:
    """The file that the link offers, and what it is called. Raises Shut where it offers none such, or not any more."""
    if preset not in (LOOKED_AT, *share.share.presets):
        raise Shut("none")
    if asset not in (await shares.shown(deps.database, share.share)).assets:
        raise Shut("gone")
    file = of_asset(await packs.files(deps.database, [asset], [preset]), asset).get(preset)
    if file is None:
        raise Shut("gone")
    (picture,) = await packs.pictures(deps.database, [asset])
    return file, stems([picture.named])[asset]
