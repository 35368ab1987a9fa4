"""Which of a list of SKUs or GTINs are products, and which of these have pictures."""

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, Field

from runtime.csv_lines import lines
from services.catalog.api import links
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Buyer, of_brands
from services.catalog.api.known_names import only_known
from services.catalog.queries import assets, lookup
from services.catalog.queries.brands import visible
from services.catalog.queries.lookup import Looked
from services.catalog.queries.meant import meant, wrong_digit
from services.catalog.scope import EVERYTHING, Scope

router = APIRouter(prefix="/v1", tags=["products"], dependencies=[Depends(of_brands("channel"))])
COLUMNS = ("asked", "result", "sku", "gtin", "name", "pictures", "waiting", "meant", "why")


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


class Guess(BaseModel):
    """Of a code that no product has: the likest SKU that one has, or what is wrong with the code."""

    asked: str
    sku: str | None = Field(default=None, description="What may be meant", examples=["MH01-L-Black"])
    name: str = ""
    why: str = Field(default="", examples=["The check digit is wrong: a GTIN that begins so ends with 1."])


class LookedUp(BaseModel):
    """Each code is in one of the three lists, in the order given."""

    found: list[LookedItem]
    without_picture: list[LookedItem]
    missing: list[str] = Field(description="No product has this SKU or GTIN")
    guesses: list[Guess] = Field(description="Of what is missing, what is known: a SKU like it, a wrong check digit")
    repeated: int = Field(description="Codes that were there before: each is looked up once")


class AskedFor(NamedTuple):
    """Codes, each once, and how many more there were that had been named before."""

    codes: list[str]
    repeated: int


def asked_for(wanted: LookupWanted) -> AskedFor:
    """Raises 422."""
    every = [*(code.strip() for code in wanted.codes if code.strip()), *lookup.codes(wanted.text)]
    found = list(dict.fromkeys(every))
    if not found or len(found) > lookup.MOST:
        raise HTTPException(422, f"Name 1 to {lookup.MOST:,} SKUs or GTINs; these are {len(found):,}.")
    if odd := next((code for code in found if len(code) > lookup.LONGEST or "\0" in code), None):
        raise HTTPException(422, f"{odd[:40]!r} … is no SKU or GTIN: these have at most {lookup.LONGEST} letters.")
    return AskedFor(found, len(every) - len(found))


async def guesses(deps: Deps, missing: Sequence[Looked], scope: Scope = EVERYTHING) -> list[Guess]:
    """In their order; none of what nothing is known of."""
    codes = [one.code for one in missing]
    found = await meant(deps.database, codes, scope)
    made = [Guess(asked=code, why=why) for code in codes if (why := wrong_digit(code))]
    made += [Guess(asked=code, sku=one.sku, name=one.name) for code, one in found.items()]
    place = {code: at for at, code in enumerate(codes)}
    return sorted(made, key=lambda guess: place[guess.asked])


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
    asked = asked_for(wanted)
    looked = await lookup.looked_up(deps.database, asked.codes, who.scope)
    found, bare, missing = lookup.parted(looked)
    guessed = await guesses(deps, missing, who.scope)
    if form == "csv":
        return as_csv(looked, guessed)
    there = await visible(deps.database, who.scope, [one.picture for one in found])
    shown = await assets.some(deps.database, sorted(there))
    thumbnails = {card["id"]: links.thumbnail(card) for card in shown}
    return LookedUp(
        found=[_item(one, thumbnails.get(one.picture or "")) for one in found],
        without_picture=[_item(one) for one in bare],
        missing=[one.code for one in missing],
        guesses=guessed,
        repeated=asked.repeated,
    )


def _item(one: Looked, thumbnail: str | None = None) -> LookedItem:
    product = one.product or {}
    told = {name: product[name] for name in ("sku", "gtin", "name")}
    return LookedItem(asked=one.code, pictures=one.pictures, waiting=one.waiting, thumbnail=thumbnail, **told)


def as_csv(looked: Sequence[Looked], guessed: Sequence[Guess]) -> Response:
    """A row a code, in the order given, as a download."""
    known = {guess.asked: (guess.sku or "", guess.why) for guess in guessed}
    rows = [COLUMNS, *((*_row(one), *known.get(one.code, ("", ""))) for one in looked)]
    head = {"Content-Disposition": 'attachment; filename="packshot-lookup.csv"'}
    return PlainTextResponse(lines(rows), media_type="text/csv; charset=utf-8", headers=head)


def _row(one: Looked) -> tuple[object, ...]:
    product = one.product or {"sku": "", "gtin": "", "name": ""}
    result = "found" if one.pictures else "without picture" if one.product else "missing"
    return (one.code, result, product["sku"], product["gtin"], product["name"], one.pictures, one.waiting)
