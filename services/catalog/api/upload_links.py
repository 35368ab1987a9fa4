"""Upload links: made and closed by editors; each opens a page on which somebody without an account drops files."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, Field

from schemas.folders import LINKED
from schemas.upload_link import KIND, Type, UploadLink
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Editor
from services.catalog.api.reached import address
from services.catalog.api.saying import say
from services.catalog.api.uploads import checked_key, fills
from services.catalog.queries import skus
from services.catalog.queries.keys import hashed
from services.catalog.queries.upload_links import Known, known

router = APIRouter(prefix="/v1/upload-links", tags=["uploads"])
LONGEST = 500
"""Bytes of a folder's key: names of files come behind it."""


class UploadLinkWanted(BaseModel):
    """A new link."""

    name: Text = Field(min_length=1, max_length=80, description="Whom it is for: it stands beside what comes by it")
    folder: Text = Field(default="", description="Files lie in a folder of their own below this one; empty: at the top")
    skus: list[Text] = Field(default_factory=list, max_length=200, description="Only of these products; none: of any")
    types: list[Type] = Field(default=["image"], min_length=1, max_length=4, description="What it takes")
    days: Annotated[int, Field(strict=True, ge=1, le=90, description="So long it is open")] = 14
    files: Annotated[int, Field(strict=True, ge=1, le=200, description="At most so many")] = 50
    megabytes: Annotated[int, Field(strict=True, ge=1, le=2000, description="Of one file, at most")] = 200


class UploadLinkItem(BaseModel):
    """A link without its secret."""

    id: str
    name: str
    folder: str
    skus: list[str]
    types: list[Type]
    files: int
    megabytes: int
    expires: datetime
    by: str
    revoked: bool
    open: bool = Field(description="Whether it takes files")
    came: int = Field(description="Files that came by it")


class UploadLinkMade(UploadLinkItem):
    """A new link. It opens once the view knows it, within seconds."""

    url: str = Field(description="Shown this once: only a hash of it is kept")


@router.post("", status_code=201)
async def make_upload_link(request: Request, deps: Given, who: Editor, wanted: UploadLinkWanted) -> UploadLinkMade:
    """A link that takes files without an account; what comes by it waits to be approved. Keep the URL."""
    own, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    above = wanted.folder.strip().strip("/")
    try:
        folder = checked_key(f"{above}/{LINKED}{own}" if above else f"{LINKED}{own}")
    except ValueError as error:
        raise HTTPException(422, f"folder: {error}") from error
    if len(folder.encode()) > LONGEST:
        raise HTTPException(422, f"folder: its name has at most {LONGEST} bytes.")
    if not (await fills(deps, who))(folder):
        raise HTTPException(403, f"{who.name} sees {who.scope.words}, and this would lie elsewhere.")
    wished = list(dict.fromkeys(wanted.skus))
    if unknown := set(wished) - await skus.linkable(deps.database, [], wished):
        raise HTTPException(422, f"skus: there is no product {min(unknown)}.")
    told = wanted.model_dump(include={"name", "files", "megabytes"})
    expires = datetime.now(UTC) + timedelta(days=wanted.days)
    types = list(dict.fromkeys(wanted.types))
    link = UploadLink(
        **told, folder=folder, skus=wished, types=types, expires=expires, by=who.name, hash=hashed(secret)
    )
    await say(deps, who.name, f"{KIND}/{own}", link.model_dump(mode="json"))
    url = f"{address(request)}/u/{own}_{secret}"
    return UploadLinkMade(**_item(Known(own, link, {})).model_dump(), url=url)


@router.get("")
async def list_upload_links(deps: Given, who: Editor) -> list[UploadLinkItem]:
    """All links into folders that you see, what changed last first, the closed ones too."""
    own = await fills(deps, who)
    return [_item(one) for one in await known(deps.database) if own(one.link.folder)]


@router.delete("/{link_id}", status_code=202)
async def revoke_upload_link(deps: Given, who: Editor, link_id: Text) -> None:
    """It takes nothing more once the view knows it, within seconds, and for good. What came by it stays."""
    own = await fills(deps, who)
    if not any(one.id == link_id and own(one.link.folder) for one in await known(deps.database)):
        raise HTTPException(404, "There is no upload link of this id. GET /v1/upload-links tells them.")
    await say(deps, who.name, f"{KIND}/{link_id}", {"revoked": True})


def _item(one: Known) -> UploadLinkItem:
    told = one.link.model_dump(exclude={"hash"})
    return UploadLinkItem(**told, id=one.id, open=one.open, came=len(one.came))
