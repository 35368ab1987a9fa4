"""Import by address: files of the web are fetched by us and lie in the inbox then, as if they had been uploaded."""

import logging
from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from runtime.outbound import NotAllowed, check
from schemas.web_import import KIND, Import
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import in_scope
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say
from services.catalog.api.uploads import file_key, fills
from services.catalog.inbound.fetching import PRIVATE
from services.catalog.once.ids import short_id
from services.catalog.queries import imports as found

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/imports", tags=["uploads"], dependencies=[Depends(in_scope("editor"))])
Editor = Annotated[Identity, Depends(in_scope("editor"))]
MOST = 100
NONE = "There is no import of this id that you can see. GET /v1/imports tells them."


class FileWanted(BaseModel):
    """One file."""

    url: Text = Field(min_length=1, description="https://…", examples=["https://studio.example.com/TRAINER-RED.jpg"])
    key: Text | None = Field(
        default=None, description="Name in the inbox; without one the last part of the address in `folder`"
    )


class ImportsWanted(BaseModel):
    """Files to fetch."""

    items: list[FileWanted] = Field(min_length=1, max_length=MOST)
    folder: Text = Field(default="", description="Of the inbox, for those without a `key`", examples=["autumn"])


class ImportItem(BaseModel):
    """One import. What becomes of the file is `GET /v1/assets?key=<key>`, once it is done."""

    id: str
    url: str = Field(description="Without what stands behind `?`: that may be a secret")
    key: str
    by: str
    made: datetime
    status: Literal["waiting", "done", "refused"]
    bytes: int | None
    cause: str | None
    cure: str | None


@router.post("", status_code=202)
async def import_files(deps: Given, who: Editor, wanted: ImportsWanted) -> list[ImportItem]:
    """Have files fetched from the web into the inbox, within seconds. The same name again is a new version.

    Only from public addresses, by https; what they lead to, and each redirect, is looked at when it is fetched. Nothing
    is fetched where one of them is wrong.
    """
    may = await fills(deps, who)
    made = [_import(deps, who, number, one, wanted.folder) for number, one in enumerate(wanted.items)]
    for one in made:
        if not may(one.key.rpartition("/")[0]):
            raise HTTPException(403, f"{who.name} sees {who.scope.words}, and {one.key} would lie elsewhere.")
    items = []
    for one in made:
        own = short_id()
        fields = one.model_dump(mode="json", exclude_none=True, exclude={"status"})
        await say(deps, who.name, f"{KIND}/{own}", fields, at=one.made)
        items.append(_item(found.Known(own, one)))
    log.info("%s imports %d files", who.name, len(items))
    return items


@router.get("")
async def list_imports(deps: Given, who: Editor) -> list[ImportItem]:
    """The newest 200 of all, as far as they go into folders that you see."""
    may = await fills(deps, who)
    return [_item(one) for one in await found.listed(deps.database) if may(one.told.key.rpartition("/")[0])]


@router.get("/{import_id}")
async def get_import(deps: Given, who: Editor, import_id: Text) -> ImportItem:
    """One of them. 404 until the view knows it, within seconds."""
    one = await found.one(deps.database, import_id)
    if one is None or not (await fills(deps, who))(one.told.key.rpartition("/")[0]):
        raise HTTPException(404, NONE)
    return _item(one)


def _import(deps: Deps, who: Identity, number: int, wanted: FileWanted, folder: str) -> Import:
    """Raises 422 with the file's number."""
    try:
        url = check(wanted.url, private=deps.settings.import_private, setting=PRIVATE)
        key = wanted.key if wanted.key is not None else _named(url, folder)
        return Import(url=url, key=file_key(key), by=who.name, made=datetime.now(UTC))
    except NotAllowed as error:
        raise HTTPException(422, f"items.{number}.url: {error}") from error
    except ValueError as error:
        raise HTTPException(422, f"items.{number}.key: {error}") from error


def _named(url: str, folder: str) -> str:
    name = unquote(urlsplit(url).path).rpartition("/")[2]
    if "." not in name.strip("."):
        raise ValueError("The address ends in no file's name. Say what it shall be called in `key`.")
    return f"{folder.strip('/')}/{name}".lstrip("/")


def _item(one: found.Known) -> ImportItem:
    told = one.told.model_dump(exclude={"url"})
    return ImportItem(id=one.id, url=one.told.url.partition("?")[0], **told)
