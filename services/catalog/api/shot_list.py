"""The shot list: what has still to be photographed for the channels, with names for the files."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel

from runtime.csv_lines import lines
from services.catalog.api.csv_answer import CsvAnswer
from services.catalog.api.deps import Cursor, Deps, Given, Text
from services.catalog.api.gate import Anybody, in_scope
from services.catalog.api.known_names import only_known
from services.catalog.channels.model import RuleSet
from services.catalog.channels.naming import Ids
from services.catalog.channels.shot_list import Same, Shot, shots
from services.catalog.channels.survey import survey
from services.catalog.channels.verdict import Readiness
from services.catalog.colour_said import said
from services.catalog.queries.brands import visible
from services.catalog.queries.cursor import BadCursor, given, of, taken
from services.catalog.queries.readiness import Of, ids_of, media, some_models
from services.catalog.queries.rows import Row
from services.catalog.scope import EVERYTHING, Scope

router = APIRouter(prefix="/v1", tags=["channels"], dependencies=[Depends(in_scope("channel"))])
PAGE = 50
MOST_PASSED = 10
REQUIRED, BETTER = "required", "better"
"""The list is gone through twice."""
OWN_SHOP = "webshop"
COLUMNS = ("sku", "product", "role", "file", "required by", "better for", "why", "also shows")


class ShotList(BaseModel):
    """Shots by product model. `next`: the cursor of the next page, which may come after a page without any."""

    items: list[Shot]
    next: str | None


class Sought(BaseModel):
    """For which channels and products. required: nothing that a product is only better with."""

    channels: list[str]
    market: str
    q: str
    required: bool = False


def sought(
    deps: Given,
    channel: Annotated[list[Text], Query(description="Several: for all of them", max_length=20)] = [OWN_SHOP],  # noqa: B006
    market: Annotated[Text, Query(description="A country, or whatever the shop calls its markets")] = "",
    q: Annotated[Text, Query(description="Part of a SKU, a name or a model's SKU")] = "",
    required: Annotated[bool, Query(description="Only those without which a channel is closed to the product")] = False,
) -> Sought:
    """The query string."""
    if unknown := [name for name in channel if name not in deps.channels]:
        raise HTTPException(404, f"There is no channel {unknown[0]}. There are: {', '.join(deps.channels)}.")
    return Sought(channels=list(dict.fromkeys(channel)), market=market, q=q, required=required)


Asked = Annotated[Sought, Depends(sought)]


@router.get("/shot-list", dependencies=[Depends(only_known)])
async def get_shot_list(
    deps: Given,
    who: Anybody,
    asked: Asked,
    limit: Annotated[int, Query(ge=1, le=200, description="Models")] = PAGE,
    cursor: Annotated[Cursor, Query(description="`next` of the page before")] = "",
) -> ShotList:
    """Pictures that products lack for these channels, what is required first; each with a name that links it."""
    return await page(deps, asked, limit, cursor, who.scope)


async def page(deps: Deps, asked: Sought, limit: int, cursor: str, scope: Scope = EVERYTHING) -> ShotList:
    """The shots of some models: first what is required of any, then what products are better with. Raises BadCursor.

    Models that lack nothing are passed over, up to MOST_PASSED pages of them.
    """
    own = of("shots", asked)
    turn, after = taken(cursor, own, str, str) if cursor else (REQUIRED, "")
    if turn not in (REQUIRED, BETTER):
        raise BadCursor
    items: list[Shot] = []
    for _ in range(MOST_PASSED):
        found = await _some(deps, asked, limit, after, scope)
        items += [shot for shot in found.shots if shot.required == (turn == REQUIRED)]
        after = found.last
        if after and items:
            break
        if not after and (turn == BETTER or asked.required):
            return ShotList(items=items, next=None)
        turn = turn if after else BETTER
    return ShotList(items=items, next=given(own, turn, after))


class Some(NamedTuple):
    """Shots of some models; last: the model to go on after, empty at the end."""

    shots: list[Shot]
    last: str


async def _some(deps: Deps, asked: Sought, limit: int, after: str, scope: Scope) -> Some:
    rows = await some_models(deps.database, q=asked.q, cursor=after, limit=limit + 1, scope=scope)
    models = list(dict.fromkeys(str(row["model"]) for row in rows))
    shown = [row for row in rows if row["model"] in models[:limit]]
    found = await media(deps.database, [row["sku"] for row in shown])
    same = alike(shown, found)
    ids = {row["sku"]: ids_of(row) for row in shown}
    judged = _judged(deps, asked, {one.skus[0]: found[one.skus[0]] for one in same}, ids)
    if scope.limited:
        there = await visible(deps.database, scope, [one.item.asset_id for of in found.values() for one in of])
        judged = {sku: [(told.veiled(there), rules) for told, rules in some] for sku, some in judged.items()}
    listed = [shot for one in same for shot in shots(one, judged[one.skus[0]])]
    return Some(listed, models[limit - 1] if len(models) > limit else "")


def alike(rows: list[Row], found: Mapping[str, Sequence[Of]]) -> list[Same]:
    """SKUs of one model and colour that show the same pictures: one more picture counts for all of them."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        colour = said(row["axes"] or {}, {})
        pictures = tuple((one.item.asset_id, one.item.role) for one in found[row["sku"]])
        groups.setdefault((row["model"], colour or row["sku"], pictures), []).append(row)
    return [Same(tuple(row["sku"] for row in group), str(group[0]["name"])) for group in groups.values()]


def _judged(
    deps: Deps, asked: Sought, found: Mapping[str, Sequence[Of]], ids: Mapping[str, Ids]
) -> Mapping[str, list[tuple[Readiness, RuleSet]]]:
    """SKU → its verdicts, with the rules that they are by. A channel without rules today says nothing."""
    day = datetime.now(UTC).date()
    made: dict[str, list[tuple[Readiness, RuleSet]]] = {sku: [] for sku in found}
    for name in asked.channels:
        if rules := deps.channels[name].on(day):
            for verdict in survey(deps.channels[name], found, ids, market=asked.market, day=day):
                made[verdict.sku].append((verdict, rules))
    return made


@router.get("/shot-list.csv", response_class=CsvAnswer, dependencies=[Depends(only_known)])
async def get_shot_list_csv(deps: Given, who: Anybody, asked: Asked) -> CsvAnswer:
    """The same for a spreadsheet: a line a picture to take."""
    return CsvAnswer(_lines(deps, asked, who.scope), "shot-list.csv")


async def _lines(deps: Deps, asked: Sought, scope: Scope) -> AsyncIterator[str]:
    yield lines([COLUMNS])
    cursor: str | None = ""
    while cursor is not None:
        found = await page(deps, asked, PAGE, cursor, scope)
        yield lines(map(_cells, found.items))
        cursor = found.next


def _cells(shot: Shot) -> tuple[str, ...]:
    needed = ", ".join(need.channel for need in shot.needs if need.required)
    better = ", ".join(need.channel for need in shot.needs if not need.required)
    why = " ".join(dict.fromkeys(need.why for need in shot.needs))
    return (shot.sku, shot.name, shot.role, shot.file, needed, better, why, ", ".join(shot.skus[1:]))
