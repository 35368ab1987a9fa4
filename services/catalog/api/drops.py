"""The way in for who has an upload link and no account. Its token is all that opens it."""

import logging
from datetime import UTC, datetime
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from runtime.ranges import SANDBOX, type_of
from schemas.upload_link import FILE, KIND, Came
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say
from services.catalog.inbound.naming import NotTaken, roles
from services.catalog.inbound.taking import Broken, TooLarge, TooMany
from services.catalog.inbound.told import SentFile, told
from services.catalog.queries.asset import rendition
from services.catalog.queries.upload_links import Known, by_token, rejected, sent

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/drops", tags=["uploads"])


async def opened(deps: Given, token: Text) -> Known:
    """The link, where it is open. 404 for none, 410 for one that is over, 429 for who asks too often."""
    found = await by_token(deps.database, token)
    if found is None:
        raise HTTPException(404, "There is no such link. Was all of its address copied?")
    if not found.open:
        raise HTTPException(410, f"This link is closed. Ask {found.link.by} for another.")
    if wait := deps.pace.wait(Identity(f"{KIND}/{found.id}", False)):
        raise HTTPException(429, "That is too often.", {"Retry-After": str(ceil(wait))})
    return found


Opened = Annotated[Known, Depends(opened)]


class DropInfo(BaseModel):
    """What the link takes."""

    name: str
    skus: list[str]
    roles: list[str]
    types: list[str]
    files_left: int
    megabytes: int
    expires: datetime
    sent: list[SentFile] = Field(description="What came by it, the last first")


class Dropped(BaseModel):
    """It is in the inbox, and waits to be approved."""

    file: str = Field(description="What it is called there")


@router.get("/{token}")
async def get_drop(deps: Given, found: Opened) -> DropInfo:
    """What this link takes, and what became of what came by it."""
    link = found.link
    there = await sent(deps.database, link) if found.came else {}
    came = sorted(found.came.items(), key=lambda one: one[1].at, reverse=True)
    return DropInfo(
        **link.model_dump(include={"name", "skus", "types", "megabytes", "expires"}),
        roles=roles(link.types),
        files_left=max(0, link.files - len(found.came)),
        sent=[told(name, one, there.get(name)) for name, one in came],
    )


@router.get("/{token}/files/{file}/thumbnail", response_class=Response)
async def get_thumbnail_of_drop(deps: Given, found: Opened, file: Text) -> Response:
    """A small picture of what came by this link."""
    asset = (await sent(deps.database, found.link)).get(file) if file in found.came else None
    made = await rendition(deps.database, asset["id"], "thumbnail", asset["newest"]) if asset else None
    held = await deps.library.get(made.key) if made else None
    if held is None:
        raise HTTPException(404, "There is no picture of it (yet).")
    kind = type_of(made.key) if made else ""
    return Response(held.body, 200, {"Cache-Control": "private, max-age=60", "Content-Security-Policy": SANDBOX}, kind)


@router.post("/{token}/files", status_code=201)
async def drop_file(
    request: Request,
    deps: Given,
    found: Opened,
    name: Annotated[Text, Query(description="As it is called at its sender's")],
    sku: Annotated[Text, Query(description="The product that it shows; needed where the link has a list")] = "",
    role: Annotated[Text, Query(description="What it shows of it")] = "",
) -> Dropped:
    """One file, its bytes as the body; `Content-Length` is needed. It takes the place of a rejected one alone."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and int(length[:18]) > 0):
        raise HTTPException(411, "Send the file's bytes as the body, with their Content-Length.")
    try:
        before = await rejected(deps.database, found.link)
        wanted = (name, sku, role)
        file = await deps.taking.take(found.link, found.came, wanted, int(length), aiter(request.stream()), before)
    except NotTaken as error:
        raise HTTPException(422, str(error)) from error
    except Broken as error:
        raise HTTPException(400, f"{error} Send it again.") from error
    except TooLarge as error:
        raise HTTPException(413, f"A file may have {found.link.megabytes} MB.") from error
    except TooMany as error:
        raise HTTPException(
            409, f"This link has had its {found.link.files} files. Ask {found.link.by} for another."
        ) from error
    await _note(deps, found, file, Came(bytes=int(length), named=name[:60], at=datetime.now(UTC)))
    return Dropped(file=file)


async def _note(deps: Deps, found: Known, file: str, came: Came) -> None:
    by = f"{found.link.name} (upload link)"
    field = {f"{FILE}{file}": came.model_dump(mode="json")}
    await say(deps, by, f"{KIND}/{found.id}", field, at=came.at)
    log.info("a file came by an upload link", extra={"fields": {"subject": f"{found.link.folder}/{file}"}})
