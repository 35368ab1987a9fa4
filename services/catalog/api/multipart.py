"""Big files in parts: begun, sent part by part by presigned URLs, gone on with after a break, completed or given up."""

import logging
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field

from services.catalog.api.actions import note
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Editor
from services.catalog.api.roles import Identity
from services.catalog.api.uploads import file_key, fills
from services.catalog.inbound.parts import KEPT, MOST_PARTS, NoUpload, Part, part_bytes

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/multipart-uploads", tags=["uploads"])
LARGEST = 1 << 40
Key = Annotated[Text, Query(description="Its name in the inbox, as it was begun")]
NONE = "No such upload is open: it was completed, given up, or is over a day old. Begin it again."


class MultipartWanted(BaseModel):
    """A file that is to be sent in parts."""

    key: Text = Field(description="Name in the inbox, folders with slashes", examples=["autumn/TRAINER-RED.mp4"])
    bytes: Annotated[int, Field(strict=True, ge=1, le=LARGEST, description="How long it is")]


class MultipartBegun(BaseModel):
    """An upload. Keep `upload`, `key` and `part_bytes` to go on with it after a break, within a day."""

    upload: str
    key: str
    part_bytes: int = Field(description="Length of each part but the last")
    parts: int = Field(description="How many there are; they are numbered from 1")


class PartsWanted(BaseModel):
    """Which parts are sent next."""

    numbers: list[Annotated[int, Field(strict=True, ge=1, le=MOST_PARTS)]] = Field(min_length=1, max_length=100)


class PartUrl(BaseModel):
    """It takes one PUT of that part's bytes within an hour."""

    number: int
    url: str


class PartItem(BaseModel):
    """One that the store has."""

    number: int
    bytes: int
    etag: str


class CompletionWanted(BaseModel):
    """What has to be there."""

    bytes: Annotated[int, Field(strict=True, ge=1, le=LARGEST, description="How long the file is")]
    etags: dict[str, Text] = Field(
        default_factory=dict,
        max_length=MOST_PARTS,
        description="Number of a part → `ETag` that its PUT answered: which one counts where it was sent twice",
    )


class MultipartDone(BaseModel):
    """It lies in the inbox."""

    key: str
    bytes: int


@router.post("", status_code=201)
async def begin_multipart(deps: Given, who: Editor, wanted: MultipartWanted) -> MultipartBegun:
    """For files of which a broken connection should not cost all. The same name again is a new version."""
    key = await _key(deps, who, wanted.key)
    length = part_bytes(wanted.bytes)
    await note(deps, who, "upload", key=key, until=datetime.now(UTC) + KEPT)
    upload = await deps.parts.begin(key)
    log.info("%s may upload a file in parts", who.name, extra={"fields": {"subject": key}})
    return MultipartBegun(upload=upload, key=key, part_bytes=length, parts=-(-wanted.bytes // length))


@router.get("/{upload}")
async def list_parts(deps: Given, who: Editor, upload: Text, key: Key) -> list[PartItem]:
    """What has been sent: go on with what is missing."""
    return [PartItem(**one._asdict()) for one in await _there(deps, await _key(deps, who, key), upload)]


@router.post("/{upload}/parts")
async def sign_parts(deps: Given, who: Editor, upload: Text, key: Key, wanted: PartsWanted) -> list[PartUrl]:
    """URLs that take the parts' bytes; a part that is sent again counts as it came last."""
    key = await _key(deps, who, key)
    await _there(deps, key, upload)
    return [PartUrl(number=one, url=await deps.parts.url(key, upload, one)) for one in dict.fromkeys(wanted.numbers)]


@router.post("/{upload}/completion")
async def complete_multipart(
    deps: Given, who: Editor, upload: Text, key: Key, wanted: CompletionWanted
) -> MultipartDone:
    """Make the file of its parts. 409 where some are missing or of another length, with their numbers; and where it
    is not known which of two counts.
    """
    key = await _key(deps, who, key)
    fitting = _fitting(await _there(deps, key, upload), wanted)
    if missing := [number for number, parts in fitting.items() if not parts]:
        raise HTTPException(409, f"Send the parts {', '.join(map(str, missing[:20]))} (again): they are not whole.")
    if doubled := [number for number, parts in fitting.items() if len(parts) > 1]:
        raise HTTPException(409, f"Other bytes were sent as part {doubled[0]} before: name its ETag, or begin again.")
    try:
        await deps.parts.complete(key, upload, [parts[0] for parts in fitting.values()])
    except NoUpload as error:
        raise HTTPException(404, NONE) from error
    return MultipartDone(key=key, bytes=wanted.bytes)


@router.delete("/{upload}", status_code=202)
async def abort_multipart(deps: Given, who: Editor, upload: Text, key: Key) -> None:
    """Give it up: what was sent is gone. What nobody finishes is given up after a day."""
    try:
        await deps.parts.abort(await _key(deps, who, key), upload)
    except NoUpload as error:
        raise HTTPException(404, NONE) from error


async def _key(deps: Deps, who: Identity, key: str) -> str:
    """As it lies in the inbox. Raises 422, and 403 where this one may not upload."""
    try:
        checked = file_key(key)
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    if not (await fills(deps, who))(checked.rpartition("/")[0]):
        raise HTTPException(403, f"{who.name} sees {who.scope.words}, and this would lie elsewhere.")
    return checked


async def _there(deps: Deps, key: str, upload: str) -> list[Part]:
    try:
        return await deps.parts.there(key, upload)
    except NoUpload as error:
        raise HTTPException(404, NONE) from error


def _fitting(had: list[Part], wanted: CompletionWanted) -> dict[int, list[Part]]:
    """Number → parts that are as long as it should be, and of its ETag where one is named."""
    length, size = part_bytes(wanted.bytes), wanted.bytes
    needed = {number: min(length, size - (number - 1) * length) for number in range(1, -(-size // length) + 1)}
    etags = {number: etag.strip('"') for number, etag in wanted.etags.items()}

    def fits(one: Part, number: int, long: int) -> bool:
        return (one.number, one.bytes) == (number, long) and one.etag == etags.get(str(number), one.etag)

    return {number: [one for one in had if fits(one, number, long)] for number, long in needed.items()}
