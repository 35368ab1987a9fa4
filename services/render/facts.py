"""What people decided about one asset and its renditions depend on, read from its `curation` facet.

Fields of `curation`, one an item, so that two people's decisions never overwrite each other:
`focal` {x, y} · `crop` {left, top, width, height} · `crop:<preset>` the same for one preset ·
`file:<preset>` content hash of an original that is used for that preset instead.
"""

import logging
import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

log = logging.getLogger(__name__)
CROP, FILE = "crop:", "file:"
SHA256 = re.compile(r"[0-9a-f]{64}")
Share = Annotated[float, Field(ge=0, le=1)]
M = TypeVar("M", bound=BaseModel)


class Focal(BaseModel):
    """The point that must stay in view, as shares of the upright picture's width and height."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    x: Share
    y: Share


class Crop(BaseModel):
    """The part of the upright picture that is used, as shares of its width and height."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    left: Share = 0.0
    top: Share = 0.0
    width: Annotated[float, Field(gt=0, le=1)] = 1.0
    height: Annotated[float, Field(gt=0, le=1)] = 1.0


class Facts(BaseModel):
    """People's decisions. `crops` and `own` by preset; `own` holds content hashes."""

    model_config = ConfigDict(frozen=True)
    focal: Focal | None = None
    crop: Crop | None = None
    crops: Mapping[str, Crop] = {}
    own: Mapping[str, str] = {}
    names: tuple[str, ...] = ()
    """Fields of `curation` that they are from."""


def facts_of(fields: Mapping[str, Any]) -> Facts:
    """From the fields of `curation`. What is not understood counts as not said, and is logged: nothing stops at it."""
    crops = {
        name.removeprefix(CROP): _read(Crop, name, value) for name, value in fields.items() if name.startswith(CROP)
    }
    own = {name.removeprefix(FILE): str(value) for name, value in fields.items() if name.startswith(FILE)}
    return Facts(
        names=tuple(sorted(name for name in fields if renders([name]))),
        focal=_read(Focal, "focal", fields.get("focal")),
        crop=_read(Crop, "crop", fields.get("crop")),
        crops={name: crop for name, crop in crops.items() if crop is not None},
        own={name: sha256 for name, sha256 in own.items() if SHA256.fullmatch(sha256)},
    )


def renders(fields: Mapping[str, Any] | list[str]) -> bool:
    """Whether any of these fields changes renditions."""
    return any(name in ("focal", "crop") or name.startswith((CROP, FILE)) for name in fields)


def _read(model: type[M], name: str, value: Any) -> M | None:
    if value is None:
        return None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        log.warning("%s of a curation is passed over: %s", name, error)
        return None
