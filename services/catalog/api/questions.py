"""What waits for a person's word about links, and the answer: one for all pictures that ask for the same reason."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from schemas.curation import EDITION
from schemas.decision import Decision
from services.catalog.api import links
from services.catalog.api.bulk import AT_ONCE, Answered
from services.catalog.api.decisions import NO, must_be_products
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import at_least, gate, need
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say_all
from services.catalog.causes import LIKENESS, Option, Question
from services.catalog.curation import LINK
from services.catalog.once.ids import new_id
from services.catalog.queries import editions
from services.catalog.queries import questions as queries

router = APIRouter(prefix="/v1", tags=["decisions"], dependencies=[Depends(gate)])
Answering = Annotated[Identity, Depends(at_least("editor"))]


class OptionItem(BaseModel):
    """One answer. The sizes of one colour stand together."""

    skus: list[str]
    title: str = Field(examples=["SNK-900 Black"], description="The SKU; of variants their model and what they share")
    name: str
    picture: str | None = Field(description="Thumbnail of the product's main picture, to compare with")
    confidence: float
    evidence: list[dict[str, str]]


class Holder(BaseModel):
    """The picture that has a place already."""

    id: str
    name: str
    thumbnail: str | None


class QuestionItem(BaseModel):
    """Pictures whose links wait for a person for one and the same reason."""

    cause: str = Field(description="Names the reason; the answer goes to `/v1/questions/{cause}/answer`")
    kind: str = Field(
        description="suggestion; conflict: pieces of evidence that contradict each other; likeness: nothing names "
        "these pictures, and the options are what linked pictures like them show; or edition: these files have the "
        "places of `holders`, and may be newer editions of them"
    )
    why: str = Field(examples=["“mh0l” in the file name may be a slip for MH01"])
    count: int = Field(description="Pictures that ask")
    assets: list[str] = Field(description="The first of them")
    thumbnails: list[str | None]
    names: list[str]
    options: list[OptionItem]
    holders: list[Holder] = Field(default_factory=list, description="Of editions: whose place each of `assets` has")


class AnswerWanted(BaseModel):
    """An option's SKUs, or another product's; empty: none of them. Of editions: `edition`."""

    skus: list[str] = Field(default_factory=list, max_length=200, examples=[["MH01"]])
    assets: list[Text] | None = Field(
        default=None,
        max_length=AT_ONCE,
        description="Only these of the pictures that ask, as seen by who answers; without, all of them",
    )
    edition: bool = Field(
        default=False,
        description="Of editions: these files are the next versions of the pictures whose places they have",
    )
    why: str | None = Field(default=None, max_length=500)


@router.get("/questions")
async def list_questions(deps: Given, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[QuestionItem]:
    """Suggestions and conflicts by cause, those that most pictures ask first; then files for places that are taken."""
    found = [_item(group) for group in await queries.groups(deps.database, most=limit)]
    return (found + [_edition(group) for group in await editions.groups(deps.database, most=limit)])[:limit]


def _edition(group: editions.Editions) -> QuestionItem:
    new, old = group.cards[0]["name"], group.holders[0]["name"]
    first = f"“{new}” is {group.slot} by its name, and so is “{old}”"
    return QuestionItem(
        cause=group.cause,
        kind="edition",
        why=first if group.count == 1 else f"Their names give them the places of other pictures: {first}",
        count=group.count,
        assets=[card["id"] for card in group.cards],
        thumbnails=[links.thumbnail(card) for card in group.cards],
        names=[card["name"] for card in group.cards],
        options=[],
        holders=[Holder(id=one["id"], name=one["name"], thumbnail=links.thumbnail(one)) for one in group.holders],
    )


def _item(group: queries.Group) -> QuestionItem:
    asked = group.question
    return QuestionItem(
        cause=asked.cause,
        kind=asked.kind,
        why=asked.why,
        count=group.count,
        assets=[card["id"] for card in group.cards],
        thumbnails=[links.thumbnail(card) for card in group.cards],
        names=[card["name"] for card in group.cards],
        options=[_option(option, group.products) for option in asked.options],
    )


def _option(option: Option, products: dict[str, queries.Proposed]) -> OptionItem:
    known = [products[sku] for sku in option.skus if sku in products]
    main = next((one.main for one in known if one.main), None)
    return OptionItem(
        skus=list(option.skus),
        title="Both" if option.both else _title(option.skus, products),
        name=known[0].name if known and not option.both else "",
        picture=links.given(main) if main and not option.both else None,
        confidence=option.confidence,
        evidence=[{name: str(one.get(name, "")) for name in ("kind", "detail")} for one in option.evidence],
    )


def _title(skus: tuple[str, ...], products: dict[str, queries.Proposed]) -> str:
    """What a person tells answers apart by: not one of forty SKUs, but the colour that they have in common."""
    variants = [one for sku in skus if (one := products.get(sku)) and one.parent]
    if len(skus) == 1 or not variants or len({one.parent for one in variants}) > 1:
        return skus[0]
    first, *others = (one.axes for one in variants)
    shared = [value for axis, value in first.items() if value and all(one.get(axis) == value for one in others)]
    return f"{variants[0].parent} {' · '.join(shared)}" if shared else skus[0]


@router.post("/questions/{cause}/answer", status_code=202)
async def answer_question(deps: Given, who: Answering, cause: Text, wanted: AnswerWanted) -> Answered:
    """Confirm one option for all pictures that ask for this reason, and reject their others; or reject all.

    202 once Kafka has every decision. Each picture gets a decision of its own, with one batch id. At most 500 are
    decided at once; where more ask, the question comes again for what is left.
    """
    if joining := await editions.members(deps.database, cause, only=wanted.assets, most=AT_ONCE):
        return await _answer_editions(deps, who, wanted, joining)
    asking = await queries.members(deps.database, cause, only=wanted.assets, most=AT_ONCE)
    if not asking:
        raise HTTPException(404, "Nobody asks this any more. GET /v1/questions tells what is open.")
    first, _, asked = asking[0]
    await must_be_products(deps, who, [first], set(wanted.skus) - (set() if asked.kind == LIKENESS else asked.skus))
    batch, now = new_id(), datetime.now(UTC)
    said = [
        Decision(
            id=new_id(), entity=f"asset/{asset}", set=_set(asked, wanted.skus), on_version=shown, batch=batch,
            by=who.name, why=wanted.why, at=now,
        )
        for asset, shown, asked in asking
    ]  # fmt: skip
    await say_all(deps, said)
    fields = sorted({name for one in said for name in one.set})
    return Answered(batch=batch, assets=[asset for asset, _, _ in asking], fields=fields)


async def _answer_editions(deps: Deps, who: Identity, wanted: AnswerWanted, joining: dict[str, list[str]]) -> Answered:
    """Each picture whose place is taken is told which others are, or are not, its next versions, in their order."""
    if wanted.skus:
        raise HTTPException(422, "This question is about editions: answer with `edition`, true or false.")
    need(who, "approver")
    batch, now, value = new_id(), datetime.now(UTC), "confirmed" if wanted.edition else NO
    said = [
        Decision(
            id=new_id(), entity=f"asset/{holder}", set={f"{EDITION}{one}": value for one in ones},
            batch=batch, by=who.name, why=wanted.why, at=now,
        )
        for holder, ones in joining.items()
    ]  # fmt: skip
    await say_all(deps, said)
    return Answered(batch=batch, assets=list(joining), fields=sorted({name for one in said for name in one.set}))


def _set(asked: Question, chosen: list[str]) -> dict[str, str]:
    """What was not chosen is rejected: it would be asked again. By likeness is asked only where nothing was said."""
    if asked.kind == LIKENESS and chosen:
        return {f"{LINK}{sku}": "linked" for sku in sorted(set(chosen))}
    said = {sku: "confirmed" if sku in chosen else NO for sku in asked.skus}
    said |= dict.fromkeys(set(chosen) - asked.skus, "linked")
    return {f"{LINK}{sku}": said[sku] for sku in sorted(said)}
