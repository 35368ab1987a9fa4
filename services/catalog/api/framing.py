"""Decisions on how renditions are cut: focal points, crops, and an own file for one preset, checked as they come.

`focal` {x, y} · `crop` and `crop:<preset>` {left, top, width, height}, all as shares of the upright picture ·
`file:<preset>` {asset}: that asset's picture is used for the preset instead. Kept of it is the content hash of its
original, so that what becomes of the other asset changes nothing here.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from runtime.database import Database
from services.catalog.queries import asset as one

FOCAL, CROP, CROP_OF, FILE = "focal", "crop", "crop:", "file:"
ROUNDING = 1e-6
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Part = Annotated[float, Field(gt=0, le=1)]


class FocalPoint(BaseModel):
    """The point that stays in view wherever something is cut away."""

    model_config = ConfigDict(extra="forbid")
    x: Share
    y: Share


class CropBox(BaseModel):
    """The part of the picture that is used."""

    model_config = ConfigDict(extra="forbid")
    left: Share
    top: Share
    width: Part
    height: Part

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.left + self.width > 1 + ROUNDING or self.top + self.height > 1 + ROUNDING:
            raise ValueError("it reaches beyond the picture: left + width and top + height are 1 at most")
        return self


class OwnFile(BaseModel):
    """Another asset, whose picture is used."""

    model_config = ConfigDict(extra="forbid")
    asset: Annotated[str, Field(min_length=1, max_length=100)]


def model_of(name: str) -> type[BaseModel] | None:
    """What a field's value has to be; None for fields of another kind."""
    if name == FOCAL:
        return FocalPoint
    if name == CROP or (name.startswith(CROP_OF) and len(name) > len(CROP_OF)):
        return CropBox
    return OwnFile if name.startswith(FILE) and len(name) > len(FILE) else None


def value_of(name: str, value: Any) -> dict[str, Any]:
    """The value, whole and checked. Raises 422 that names the field, the place and the fault."""
    model = model_of(name)
    if model is None:
        raise HTTPException(422, f"{name!r} is no field.")
    try:
        return model.model_validate(value).model_dump()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, (name, *first["loc"])))
        fields = ", ".join(model.model_fields)
        raise HTTPException(422, f"{place}: {first['msg']}. {name} takes an object with {fields}.") from error


async def settled(database: Database, asset_id: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The decision's values as they are kept. Raises 422 for presets and files that are not there."""
    kept = {name: value_of(name, value) if model_of(name) else value for name, value in wanted.items()}
    named = {name: name.partition(":")[2] for name in kept if name.startswith((CROP_OF, FILE))}
    there = await one.presets(database, asset_id) if named else []
    for name, preset in named.items():
        if preset not in there:
            raise HTTPException(422, f"{name}: no picture of that preset is made of this asset. {_list(there)}")
        if name.startswith(FILE):
            kept[name] = await _original(database, name, kept[name]["asset"])
    return kept


def _list(presets: list[str]) -> str:
    return f"There are {', '.join(presets)}." if presets else "Nothing is made of it yet."


async def _original(database: Database, name: str, other: str) -> str:
    """Content hash of the picture that the shop sees of that asset, else of its newest."""
    found = await one.shop_original(database, other)
    if found is None:
        raise HTTPException(422, f"{name}: there is no asset {other}. Upload the picture, and name its asset.")
    if found["kind"] != "image":
        raise HTTPException(422, f"{name}: {found['name']} is not a picture. Name the asset of one.")
    return str(found["sha256"])
