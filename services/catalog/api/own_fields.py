"""Fields that people define for their pictures; what fits them is checked when a value is decided."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field, StringConstraints

from services.catalog.api.deps import Given
from services.catalog.api.gate import Manager, in_scope
from services.catalog.api.saying import say
from services.catalog.own_fields.definition import NAME, Definition
from services.catalog.queries.own_fields import KIND, defined

router = APIRouter(prefix="/v1/fields", tags=["fields"])
MOST = 100
Name = Annotated[str, StringConstraints(pattern=f"^{NAME.pattern}$")]


class FieldItem(Definition):
    """A field that is defined. Its value is decided as `field:<name>`."""

    name: str = Field(examples=["season"])


class FieldTaken(BaseModel):
    """Kafka has it; it counts within seconds."""

    name: str


@router.get("", dependencies=[Depends(in_scope("viewer"))])
async def list_fields(deps: Given) -> list[FieldItem]:
    """All of them, by title."""
    return [FieldItem(name=name, **one.model_dump()) for name, one in (await defined(deps.database)).items()]


@router.get("/{name}", dependencies=[Depends(in_scope("viewer"))])
async def get_field(deps: Given, name: Name) -> FieldItem:
    """One of them."""
    if (found := (await defined(deps.database)).get(name)) is None:
        raise HTTPException(404, f"There is no field {name}.")
    return FieldItem(name=name, **found.model_dump())


@router.put("/{name}", status_code=202)
async def define_field(deps: Given, who: Manager, name: Name, wanted: Definition) -> FieldTaken:
    """Define a field, or change one. Values that it has stay as they are; a new one must fit."""
    known = await defined(deps.database)
    if name not in known and len(known) >= MOST:
        raise HTTPException(422, f"There are {MOST} fields already: remove one first.")
    await say(deps, who.name, f"{KIND}/{name}", wanted.model_dump(), clear=["removed"])
    return FieldTaken(name=name)


@router.delete("/{name}", status_code=202)
async def remove_field(deps: Given, who: Manager, name: Name) -> FieldTaken:
    """Show it nowhere any more. Its values are kept: they count again where it is defined anew."""
    if name not in await defined(deps.database):
        raise HTTPException(404, f"There is no field {name}.")
    await say(deps, who.name, f"{KIND}/{name}", {"removed": True})
    return FieldTaken(name=name)
