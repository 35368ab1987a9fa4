"""Uploads go straight into the inbox by a presigned URL: the bytes never pass through us."""

import logging
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, HTTPException

from runtime.folders import Folders
from schemas.names import is_nothing
from services.catalog.api.actions import note
from services.catalog.api.deps import Deps, Given
from services.catalog.api.gate import Editor
from services.catalog.api.models_wanted import UploadAnswer, UploadWanted
from services.catalog.api.roles import Identity
from services.catalog.inbound.profiles import profiles

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1", tags=["uploads"])
EXPIRES = timedelta(hours=1)
PASSED_OVER = "Names of this kind are left about by systems, or are of unfinished uploads: nobody would take the file."
LONGEST_KEY = 900
"""Bytes; S3 takes 1,024, and derived names need some."""


def file_key(key: str) -> str:
    """The key of a file that is to be taken. Raises ValueError that says what is wrong with it."""
    checked = checked_key(key)
    if is_nothing(checked):
        raise ValueError(PASSED_OVER)
    return checked


def checked_key(key: str) -> str:
    """The key as it will lie in the inbox. Raises ValueError that says what is wrong with it."""
    key = unicodedata.normalize("NFC", key.strip())
    parts = key.split("/")
    if not key or len(key.encode(errors="replace")) > LONGEST_KEY:
        raise ValueError(f"A name has 1 to {LONGEST_KEY} bytes.")
    if any(part in ("", ".", "..") for part in parts):
        raise ValueError("Folders have names; `..`, `.` and double slashes are not taken.")
    if any(unicodedata.category(sign) in ("Cc", "Cs") or sign == "\\" for sign in key):
        raise ValueError("Control characters and backslashes are not taken in names.")
    return key


async def fills(deps: Deps, who: Identity) -> Callable[[str], bool]:
    """Folder → whether what is dropped there is something that this one sees. Raises Unavailable."""
    said = await profiles(deps.library) if who.scope.brands else Folders()
    return lambda folder: who.scope.takes(folder, said.of(f"{folder}/x".lstrip("/")).brand)


@router.post("/uploads", status_code=201)
async def upload(deps: Given, who: Editor, wanted: UploadWanted) -> UploadAnswer:
    """A URL that takes one PUT of the file's bytes within an hour. The same name again is a new version."""
    try:
        key = file_key(wanted.key)
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    if not (await fills(deps, who))(key.rpartition("/")[0]):
        raise HTTPException(403, f"{who.name} sees {who.scope.words}, and this would lie elsewhere.")
    expires = datetime.now(UTC) + EXPIRES
    await note(deps, who, "upload", key=key, until=expires)
    log.info("%s may upload a file", who.name, extra={"fields": {"subject": key}})
    return UploadAnswer(key=key, url=await deps.presign(key), expires=expires)
