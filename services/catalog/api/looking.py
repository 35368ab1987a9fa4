"""Searching by what pictures look like: the filters of it, and a picture that somebody shows."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field

from runtime.refusal import Refused
from runtime.verdict import SpawnFailed, WorkFailed
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Viewer
from services.catalog.looks.eyes import NoEyes
from services.catalog.looks.looking import KEPT_DAYS, Busy, NothingKnown
from services.catalog.queries.looks import KINDS
from services.catalog.tones import near

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1", tags=["assets"])
LIKE = (
    "It looks like this: asset:<id>, sku:<SKU>, or picture:<id> as POST /v1/shown-pictures gives it. What words and "
    "other filters leave is ranked by both"
)
WAIT_S = 5
BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Looking(NamedTuple):
    """As Filters has them."""

    near_colour: tuple[str, ...] = ()
    like: tuple[str, ...] = ()


NOTHING = Looking()


def looking(
    near_colour: Annotated[
        list[Text], Query(max_length=10, description="A colour like this one: #a0522d, or a word, bordeaux")
    ] = [],  # noqa: B006 - FastAPI copies defaults
    like: Annotated[list[Text], Query(max_length=5, description=LIKE)] = [],  # noqa: B006
) -> Looking:
    """422 for what is no colour, and for what names nothing to look like."""
    colours = [one.strip() for one in near_colour if one.strip()]
    if strange := [one for one in colours if near(one) is None]:
        raise HTTPException(422, f"near_colour: {strange[0]!r:.60} is no colour: it is #rrggbb, or a word for one.")
    if strange := [one for one in like if one.partition(":")[0] not in KINDS or not one.partition(":")[2]]:
        raise HTTPException(422, f"like: {strange[0]!r:.60} is none of asset:<id>, sku:<SKU>, picture:<id>.")
    return Looking(tuple(colours), tuple(like))


class ShownPicture(BaseModel):
    """A picture that can be searched by."""

    like: str = Field(description="What `like` of a list takes", examples=["picture:9f86d081884c7d659a2feaa0c55ad015"])
    expires: datetime = Field(description="Until then, unless it is shown again")


@router.post("/shown-pictures", status_code=201, openapi_extra=BYTES)
async def show_picture(request: Request, deps: Given, who: Viewer) -> ShownPicture:
    """Show a picture that is not in the library, its bytes as the body, to search by: JPEG, PNG, WebP, GIF, TIFF, HEIC.

    It is looked at and not kept; only what it looks like is remembered, for a month. 422 for what is no picture.
    """
    body = await request.body()
    if not body:
        raise HTTPException(422, "Send the picture's bytes as the body.")
    try:
        if deps.looks is None:
            raise NothingKnown
        own = await deps.looks.keep(body)
    except Refused as refusal:
        raise HTTPException(422, f"{refusal.cause} {refusal.cure}") from refusal
    except Busy as error:
        raise HTTPException(429, "Too many pictures are being looked at.", {"Retry-After": str(WAIT_S)}) from error
    except NothingKnown as error:
        raise HTTPException(409, "No picture of the library has been looked at yet: search when some have.") from error
    except (NoEyes, SpawnFailed, WorkFailed) as error:
        log.error("a picture that was shown cannot be looked at: %s", error)
        raise HTTPException(503, f"Pictures cannot be looked at here now. {error}"[:500]) from error
    log.info("a picture was shown", extra={"fields": {"subject": own, "by": who.name}})
    return ShownPicture(like=f"picture:{own}", expires=datetime.now(UTC) + timedelta(days=KEPT_DAYS))
