"""Which of a list of SKUs or GTINs are products, and which of these have pictures."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, Field

from runtime.csv_lines import lines
from services.catalog.api import links
from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Buyer, of_brands
from services.catalog.api.known_names import only_known
from services.catalog.queries import assets, lookup
from services.catalog.queries.brands import visible
from services.catalog.queries.lookup import Looked

router = APIRouter(prefix="/v1", tags=["products"], dependencies=[Depends(of_brands("channel"))])
COLUMNS = ("asked", "result", "sku", "gtin", "name", "pictures", "waiting")


class LookupWanted(BaseModel):
    """A list, as an array or as it was pasted."""

    codes: list[Text] = Field(default_factory=list, max_length=lookup.MOST, examples=[["MH01", "4006700500013"]])
    text: str = Field(default="", max_length=1_500_000, description="One code a line, or parted by , ; or tabs")


class LookedItem(BaseModel):
    """A code that is a product's."""

    asked: str
    sku: str
    gtin: str
    name: str
    pictures: int = Field(description="That are live; of a product model with those of its variants")
    waiting: int = Field(default=0, description="Pictures that are not live yet: to be approved, or being worked on")
    thumbnail: str | None = None


class LookedUp(BaseModel):
    """Each code is in one of the three lists, in the order given."""

    found: list[LookedItem]
    without_picture: list[LookedItem]
    missing: list[str] = Field(description="No product has this SKU or GTIN")


def asked_for(wanted: LookupWanted) -> list[str]:
    """The codes, each once. Raises 422."""
    found = list(dict.fromkeys([*(code.strip() for code in wanted.codes if code.strip()), *lookup.codes(wanted.text)]))
    if not found or len(found) > lookup.MOST:
        raise HTTPException(422, f"Name 1 to {lookup.MOST:,} SKUs or GTINs; these are {len(found):,}.")
    if odd := next((code for code in found if len(code) > lookup.LONGEST or "\0" in code), None):
        raise HTTPException(422, f"{odd[:40]!r} … is no SKU or GTIN: these have at most {lookup.LONGEST} letters.")
    return found


@router.post(
    "/lookup",
    responses={200: {"content": {"text/csv": {}}}},
    response_model=LookedUp,
    dependencies=[Depends(only_known)],
)
async def look_up(
    deps: Given,
    who: Buyer,
    wanted: LookupWanted,
    form: Annotated[Literal["json", "csv"], Query(alias="format", description="csv: a row a code")] = "json",
) -> LookedUp | Response:
    """Found, without a picture, and missing. Capitals do not matter, nor zeros before a GTIN or blanks in it."""
    looked = await lookup.looked_up(deps.database, asked_for(wanted), who.scope)
    if form == "csv":
        return as_csv(looked)
    found, bare, missing = lookup.parted(looked)
    there = await visible(deps.database, who.scope, [one.picture for one in found])
    shown = await assets.some(deps.database, sorted(there))
    thumbnails = {card["id"]: links.thumbnail(card) for card in shown}
    return LookedUp(
        found=[_item(one, thumbnails.get(one.picture or "")) for one in found],
        without_picture=[_item(one) for one in bare],
        missing=[one.code for one in missing],
    )


def _item(one: Looked, thumbnail: str | None = None) -> LookedItem:
    product = one.product or {}
    told = {name: product[name] for name in ("sku", "gtin", "name")}
    return LookedItem(asked=one.code, pictures=one.pictures, waiting=one.waiting, thumbnail=thumbnail, **told)


def as_csv(looked: Sequence[Looked]) -> Response:
    """A row a code, in the order given, as a download."""
    rows = [COLUMNS, *map(_row, looked)]
    head = {"Content-Disposition": 'attachment; filename="packshot-lookup.csv"'}
    return PlainTextResponse(lines(rows), media_type="text/csv; charset=utf-8", headers=head)


def _row(one: Looked) -> tuple[object, ...]:
    product = one.product or {"sku": "", "gtin": "", "name": ""}
    result = "found" if one.pictures else "without picture" if one.product else "missing"
    return (one.code, result, product["sku"], product["gtin"], product["name"], one.pictures, one.waiting)
