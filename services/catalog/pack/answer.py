"""The answer that a pack is sent with."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import HTTPException
from fastapi.responses import StreamingResponse

from runtime.database import Database
from runtime.objects import Bucket
from runtime.ranges import SANDBOX
from services.catalog.pack.contents import Contents, contents, told
from services.catalog.pack.names import safe
from services.catalog.pack.zipping import Still, zipped
from services.catalog.queries import packs


async def collected(
    database: Database, assets: Sequence[str], presets: Sequence[str], notes: Sequence[str] = ()
) -> Contents:
    """What these pictures' pack holds now. notes: what else it says of itself. Raises 409 where that is nothing."""
    pictures = await packs.pictures(database, assets)
    found = contents(pictures, await packs.files(database, assets, presets), presets)
    if not found.entries:
        raise HTTPException(409, f"None of these pictures is live as {', '.join(presets)}.")
    return found._replace(missing=[*found.missing, *notes])


def sent(library: Bucket, found: Contents, name: str, still: Still | None = None) -> StreamingResponse:
    """The ZIP under that name, made while it is sent. still: asks again on the way what may be given."""
    headers = {
        "Content-Disposition": attached(f"{safe(name)}.zip", "pictures.zip"),
        "Content-Security-Policy": SANDBOX,
        "Cache-Control": "no-store",
    }
    body = zipped(library, found.entries, found.missing, told, still)
    return StreamingResponse(body, headers=headers, media_type="application/zip")


def attached(file: str, plain: str) -> str:
    """How a header names a file to be kept. plain: for who knows no other letters."""
    return f"attachment; filename=\"{file if file.isascii() else plain}\"; filename*=UTF-8''{quote(file, safe='')}"
