"""Approving and rejecting versions: `approved`, or why not, with the place on the picture that is meant."""

from typing import Annotated, Literal

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.curation import APPROVAL

APPROVED: Literal["approved"] = "approved"
Share = Annotated[float, Field(strict=True, ge=0, le=1)]


class Mark(BaseModel):
    """A rectangle on the upright picture, in shares of its width and height."""

    model_config = ConfigDict(extra="forbid")

    left: Share
    top: Share
    width: Share
    height: Share


class Rejection(BaseModel):
    """Why a version must not go live."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500, examples=["The label is crooked."])
    mark: Mark | None = None


def check(name: str, value: object, on_version: int | None) -> None:
    """Raises 422 for what is no approval; on_version: that was looked at."""
    number = name.removeprefix(APPROVAL)
    if not (number.isascii() and number.isdigit() and len(number) <= 9 and int(number) > 0):
        raise HTTPException(422, f"{name!r} is no field. Versions are numbers from 1.")
    if on_version not in (None, int(number)):
        raise HTTPException(422, f"{name} is not the version {on_version} that was looked at.")
    if value in (None, APPROVED):
        return
    try:
        Rejection.model_validate(value)
    except ValidationError as error:
        raise HTTPException(
            422, f'{name}: say "{APPROVED}", or {{"reason": "…"}} of 1 to 500 letters, with a `mark` if need be.'
        ) from error
