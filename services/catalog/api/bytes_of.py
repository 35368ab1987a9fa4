"""Bytes from the library through us: renditions with a strong ETag, originals as downloads that never run."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response
from fastapi import Path as PathParam
from fastapi.responses import StreamingResponse

from runtime.objects import Bucket, Missing
from services.catalog.api.deps import Given, Text, gate
from services.catalog.queries import asset as one

router = APIRouter(prefix="/v1", tags=["bytes"], dependencies=[Depends(gate)])
TYPES = {"jpeg": "image/jpeg", "jpg": "image/jpeg", "webp": "image/webp", "png": "image/png", "avif": "image/avif"}
CACHED = "private, max-age=60, must-revalidate"
ASIDE = 8
"""Blocks read ahead of a slow client."""
SANDBOX = "default-src 'none'; sandbox"
Version = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Default: the version that is shown")]


def _matches(etag: str, asked: str | None) -> bool:
    wanted = [part.strip().removeprefix("W/") for part in (asked or "").split(",")]
    return etag in wanted or "*" in wanted


@router.get("/assets/{asset_id}/renditions/{preset}", response_class=Response)
async def get_rendition(
    deps: Given,
    asset_id: Text,
    preset: Annotated[Text, PathParam(description="Name of a preset, such as `thumbnail` or `web`")],
    version: Version = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The bytes of one rendition."""
    found = await one.rendition(deps.database, asset_id, preset, version)
    if found is None:
        raise HTTPException(404, "There is no such rendition (yet).")
    etag = f'"{found.etag}"'
    headers = {"ETag": etag, "Cache-Control": CACHED}
    if _matches(etag, if_none_match):
        return Response(status_code=304, headers=headers)
    stored = await deps.library.get(found.key)
    if stored is None:
        raise HTTPException(404, "The catalogue names this rendition, but the store does not have it.")
    stem = found.name.rpartition(".")[0] or found.name
    headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'{stem}-{preset}.{found.format}', safe='')}"
    headers["Content-Security-Policy"] = SANDBOX
    return Response(stored.body, headers=headers, media_type=TYPES.get(found.format, "application/octet-stream"))


@router.get("/assets/{asset_id}/original", response_class=StreamingResponse)
async def get_original(deps: Given, asset_id: Text, version: Version = None) -> Response:
    """The original, byte for byte, as a download."""
    found = await one.original(deps.database, asset_id, version)
    if found is None or not found["data"].get("sha256"):
        raise HTTPException(404, "There is no such original.")
    file = found["data"]
    key = f"originals/{file['sha256']}"
    there = await deps.library.head(key)
    if there is None:
        raise HTTPException(404, "The catalogue names this original, but the store does not have it.")
    headers = {
        "ETag": f'"{file["sha256"]}"',
        "Cache-Control": CACHED,
        "Content-Length": str(there.size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found['name'], safe='')}",
        "Content-Security-Policy": SANDBOX,
    }
    return StreamingResponse(_blocks(deps.library, key), media_type=file["media_type"], headers=headers)


async def _blocks(library: Bucket, key: str) -> AsyncIterator[bytes]:
    """The object block by block. The store's thread waits for a slow client, and ends when the client is gone."""
    loop, gone = asyncio.get_running_loop(), False
    blocks: asyncio.Queue[bytes | None] = asyncio.Queue(ASIDE)

    def seen(block: bytes) -> None:
        if gone:
            raise ConnectionAbortedError
        try:
            if asyncio.get_running_loop() is loop:  # the twin in memory has no threads
                blocks.put_nowait(block)
                return
        except RuntimeError:
            asyncio.run_coroutine_threadsafe(blocks.put(block), loop).result()

    async def fetch() -> None:
        try:
            await library.fetch(key, Path(os.devnull), seen=seen)
        finally:
            await blocks.put(None)

    fetching = asyncio.create_task(fetch())
    try:
        while (block := await blocks.get()) is not None:
            yield block
        await fetching
    except Missing as error:
        raise ConnectionAbortedError(f"{key} went away while it was sent") from error
    finally:
        gone = True
        while not blocks.empty():
            blocks.get_nowait()
        fetching.cancel()
