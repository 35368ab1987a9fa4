"""Folder profiles: what holds for what is dropped into a folder. Ingest reads them again within seconds."""

import logging
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path
from pydantic import BaseModel, ConfigDict, Field

from runtime.folders import Folders, FoldersError, place_of, read_folders
from runtime.folders_text import with_profile
from runtime.naming import LONGEST, is_name
from runtime.objects import Exists, Stored
from schemas.folders import FOLDERS, Approval, Editions, FolderProfile
from schemas.rights import Consent, Licence
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Manager, gate
from services.catalog.api.profile_history import Said, note
from services.catalog.inbound.rule_names import rule_names
from services.catalog.queries.channel_words import unknown

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/folders", tags=["folders"], dependencies=[Depends(gate)])
MOST_TEXT = 500_000
_FILE = "folders"
MEANWHILE = "Somebody else has changed the profiles at this moment."
Short = Annotated[Text, Field(max_length=200)]
Folder = Annotated[Text, Path(max_length=400, examples=["autumn/studio"])]


class FoldersWanted(BaseModel):
    """The whole file, as YAML."""

    text: str = Field(max_length=MOST_TEXT, examples=["folders:\n  autumn: {approval: review, brand: Luma}\n"])


class FoldersInUse(FoldersWanted):
    """The text as it was given, and what holds in each folder that it names."""

    folders: dict[str, FolderProfile]
    said: dict[str, dict[str, Any]] = Field(description="What each says itself; the rest the folder above it says")


class ProfileWanted(BaseModel):
    """What one folder says itself. What is left out or null, the folder above it says."""

    model_config = ConfigDict(extra="forbid")

    owner: Short | None = None
    approval: Approval | None = None
    editions: Editions | None = None
    brand: Short | None = None
    market: Short | None = None
    naming: Annotated[Text, Field(max_length=LONGEST)] | None = None
    rights: Annotated[Text, Field(max_length=1000)] | None = None
    licence: Licence | None = None
    consent: Consent | None = None


class FolderItem(BaseModel):
    """The profile of one folder."""

    folder: str
    said: dict[str, Any] = Field(description="What it says itself")
    holds: FolderProfile


def _told(text: str, folders: Folders) -> FoldersInUse:
    held = {name: folders.of(f"{name}/x") for name in folders.said}
    return FoldersInUse(text=text, folders=held, said=folders.said)


@router.get("")
async def get_folders(deps: Given) -> FoldersInUse:
    """Those in use. 409 where somebody put a file there that does not hold."""
    text, folders, _ = await _kept(deps)
    return _told(text, folders)


async def _kept(deps: Deps) -> tuple[str, Folders, str | None]:
    """The text, what it says, and the mark of its bytes. Raises 409 where it does not hold."""
    stored = await deps.library.get(FOLDERS)
    text = stored.body.decode("utf-8", "replace") if stored else ""
    try:
        return text, read_folders(FOLDERS, text), stored.etag if stored else None
    except FoldersError as error:
        raise HTTPException(409, f"The file in the library does not hold. {error}") from error


def _said(stored: Stored | None) -> Said:
    """What a file says; nothing, where it does not hold: then no profile is read from it."""
    try:
        return read_folders(FOLDERS, stored.body.decode("utf-8", "replace") if stored else "").said
    except FoldersError:
        return {}


@router.get("/{folder:path}")
async def get_folder(deps: Given, folder: Folder) -> FolderItem:
    """The profile of one folder: what it says itself, and what holds in it with what the folders above it say."""
    _, folders, _ = await _kept(deps)
    place = place_of(folder)
    if place not in folders.said:
        raise HTTPException(404, f"No profile is about the folder {place}. GET /v1/folders tells which there are.")
    return FolderItem(folder=place, said=folders.said[place], holds=folders.of(f"{place}/x"))


@router.put("/{folder:path}")
async def put_folder(deps: Given, who: Manager, folder: Folder, wanted: ProfileWanted) -> FoldersInUse:
    """Use this profile for one folder; the rest of the file stays as people wrote it.

    It holds for what is dropped after it. 409 where somebody else wrote the file meanwhile: try again.
    """
    place = place_of(folder)
    profile = wanted.model_dump(mode="json", exclude_none=True, exclude_unset=True)
    return await _write(deps, who.name, place, profile)


@router.delete("/{folder:path}")
async def remove_folder(deps: Given, who: Manager, folder: Folder) -> FoldersInUse:
    """Its profile says nothing more; what the folder above it says holds. What is there keeps what held."""
    place = place_of(folder)
    return await _write(deps, who.name, place, None)


async def _with_rules_that_are(deps: Deps, before: Said, wanted: Folders) -> None:
    """Raises 422 where a profile that is new or changed names a naming rule, or a channel, that there is not."""
    known = await rule_names(deps.library)
    for folder, said in wanted.said.items():
        licence = said.get("licence")
        strange = await unknown(deps.database, deps.channels.values(), {"licence": licence})
        if strange and licence != before.get(folder, {}).get("licence"):
            raise HTTPException(422, f"{folder}: {strange}")
        name = said.get("naming") or ""
        if is_name(name) and name not in known and name != before.get(folder, {}).get("naming"):
            others = f"There are: {', '.join(known)}" if known else "There are none yet"
            raise HTTPException(422, f"{folder}: there is no naming rule {name}. {others}; or give a pattern.")


def _plain(error: FoldersError) -> str:
    """What is wrong, without the name of the file: there is one only."""
    return "\n".join(fault.removeprefix(f"{_FILE}: ") for fault in str(error).splitlines())


async def _write(deps: Deps, by: str, folder: str, profile: dict[str, Any] | None) -> FoldersInUse:
    before, folders, etag = await _kept(deps)
    try:
        text = with_profile(before, folder, profile)
    except FoldersError as error:
        raise HTTPException(422, _plain(error)) from error
    return await _use(deps, by, text, folders.said, etag)


async def _use(deps: Deps, by: str, text: str, before: Said, etag: str | None) -> FoldersInUse:
    """Write it over the file that was looked at. Raises 422 where it does not hold, 409 where that is another now."""
    try:
        kept = read_folders(_FILE, text)
    except FoldersError as error:
        raise HTTPException(422, _plain(error)) from error
    await _with_rules_that_are(deps, before, kept)
    await note(deps, by, before, kept.said)
    try:
        await deps.library.put(FOLDERS, text.encode(), content_type="application/yaml", if_match=etag, new=etag is None)
    except Exists as other:
        standing = await deps.library.get(FOLDERS)
        await note(deps, by, kept.said, _said(standing), MEANWHILE)
        raise HTTPException(409, f"{MEANWHILE} Try again.") from other
    log.info("profiles of %d folders are in use, by %s", len(kept.said), by)
    return _told(text, kept)


@router.put("")
async def put_folders(deps: Given, who: Manager, wanted: FoldersWanted) -> FoldersInUse:
    """Use these from now on. They hold for what is dropped after it; what is there keeps what held when it came.

    409 where somebody else wrote the file at that moment; `If-Match` says which one you looked at.
    """
    stored = await deps.library.get(FOLDERS)
    return await _use(deps, who.name, wanted.text, _said(stored), stored.etag if stored else None)
