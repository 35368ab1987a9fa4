"""Folder profiles: what holds for what is dropped into a folder. Ingest reads them again within seconds."""

import logging

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from runtime.folders import Folders, FoldersError, read_folders
from schemas.folders import FOLDERS, FolderProfile
from services.catalog.api.deps import Given
from services.catalog.api.gate import Manager, gate

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/folders", tags=["folders"], dependencies=[Depends(gate)])
MOST_TEXT = 500_000


class FoldersWanted(BaseModel):
    """The whole file, as YAML."""

    text: str = Field(max_length=MOST_TEXT, examples=["folders:\n  autumn: {approval: review, brand: Luma}\n"])


class FoldersInUse(FoldersWanted):
    """The text as it was given, and what holds in each folder that it names."""

    folders: dict[str, FolderProfile]


def _told(text: str, folders: Folders) -> FoldersInUse:
    return FoldersInUse(text=text, folders={name: folders.of(f"{name}/x") for name in folders.said})


@router.get("")
async def get_folders(deps: Given) -> FoldersInUse:
    """Those in use. 409 where somebody put a file there that does not hold."""
    stored = await deps.library.get(FOLDERS)
    text = stored.body.decode("utf-8", "replace") if stored else ""
    try:
        return _told(text, read_folders(FOLDERS, text))
    except FoldersError as error:
        raise HTTPException(409, f"The file in the library does not hold. {error}") from error


@router.put("")
async def put_folders(deps: Given, who: Manager, wanted: FoldersWanted) -> FoldersInUse:
    """Use these from now on. They hold for what is dropped after it; what is there keeps what held when it came."""
    try:
        folders = read_folders("folders", wanted.text)
    except FoldersError as error:
        raise HTTPException(422, str(error)) from error
    await deps.library.put(FOLDERS, wanted.text.encode(), content_type="application/yaml")
    log.info("profiles of %d folders are in use, by %s", len(folders.said), who.name)
    return _told(wanted.text, folders)
