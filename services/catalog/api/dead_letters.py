"""Dead letters: messages that could not be decoded or failed by our own error; looked at, sent again, or put away."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from pydantic import AwareDatetime, BaseModel, Field

from runtime.bulk import BulkJob, Jobs
from runtime.buried import TOPICS, Buried, Letter, NotReplayable
from runtime.resending import as_job
from services.catalog.api.actions import note
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Admin, at_least
from services.catalog.operations.about import about

router = APIRouter(prefix="/v1/dead-letters", tags=["system"], dependencies=[Depends(at_least("admin"))])
MOST = 500
WITHIN_S = 20.0
"""No request sends longer."""
THESE = "These; none named: all that wait"
Number = Annotated[int, Field(strict=True, ge=0, lt=1 << 63)]
Place = Annotated[int, Path(ge=0, lt=1 << 63)]


class LetterItem(BaseModel):
    """A message, where it lies, and why."""

    topic: str = Field(examples=["asset.ingested.render.dlq"])
    partition: int
    offset: int
    buried: AwareDatetime
    group: str = Field(description="Who could not work on it, and does it again when it is sent again")
    about: str = Field(description="The picture, product or file that it is of", examples=["autumn/RED_front.jpg"])
    page: str | None = Field(description="Path of its page", examples=["/assets/6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f"])
    error: str
    cause: str
    attempts: int
    again: bool = Field(description="Whether it is done with: sent again, or put away")
    replayable: bool = Field(description="False: `packshot rebuild --from topic`, once the cause is mended")


class LetterList(BaseModel):
    """The newest first."""

    items: list[LetterItem]


class LetterWhole(LetterItem):
    """With all that is known."""

    key: str
    value: str = Field(description="Its bytes, as text where they are text")
    trace: str


class LetterPlace(BaseModel):
    """Where one lies."""

    partition: Annotated[Number, Field(lt=1 << 31)]
    offset: Number


class ReplayWanted(BaseModel):
    """Which of a topic's letters."""

    topic: Text = Field(description="The dead-letter topic")
    letters: list[LetterPlace] | None = Field(default=None, min_length=1, max_length=MOST, description=THESE)
    rate: float = Field(
        default=0.0,
        ge=0,
        le=1000,
        description="Letters a second, for they go before new files; 0: all at once, of a job: while its group is idle",
    )


class AwayWanted(BaseModel):
    """Which of a topic's letters need nobody any more, and why."""

    topic: Text = Field(description="The dead-letter topic")
    letters: list[LetterPlace] | None = Field(default=None, min_length=1, max_length=MOST, description=THESE)
    why: Text = Field(min_length=1, max_length=200, description="For who looks at it later", examples=["not ours"])


class PutAway(BaseModel):
    """They lie where they lay, and wait no more."""

    count: int = Field(description="How many of them had waited")


class Replayed(BaseModel):
    """They lie on the topic they came from; only the group that buried them reads them."""

    sent: int
    left: int = Field(
        description="Not sent within 20 seconds at that rate: ask again. Of letters that were named it is the last so "
        "many, by place"
    )
    job: str | None = Field(
        default=None, description="Of many the job that sends them: see /v1/jobs", examples=["1f0c2a9e"]
    )


@router.get("")
async def list_dead_letters(deps: Given, limit: Annotated[int, Query(ge=1, le=MOST)] = 200) -> LetterList:
    """The newest of all topics, those too that are done with."""
    found = await _buried(deps).listed(most=limit)
    return LetterList(items=sorted(map(_item, found), key=lambda one: one.buried, reverse=True))


@router.get("/{topic}/{partition}/{offset}")
async def get_dead_letter(deps: Given, topic: Text, partition: Place, offset: Place) -> LetterWhole:
    """One, with its bytes and where it failed."""
    found = await _buried(deps).one(topic, partition, offset) if topic in TOPICS else None
    if found is None:
        raise HTTPException(404, "Nothing lies there (any more). GET /v1/dead-letters tells what there is.")
    record = found.record
    value, key = ((part or b"").decode(errors="replace") for part in (record.value, record.key))
    return LetterWhole(**_item(found).model_dump(), key=key, value=value, trace=found.header("trace"))


@router.post("/replays", status_code=202)
async def replay_dead_letters(deps: Given, who: Admin, wanted: ReplayWanted) -> Replayed:
    """Send some or all of a topic again, once the cause is mended. 409 where that would put old over new.

    All, where more than a hundred wait, become a job. Else, with a rate, it ends after some seconds and says how many
    are `left`.
    """
    places, buried = _places(wanted), _buried(deps)
    await note(deps, who, "replay", detail=f"{wanted.topic}: {_which(places)}")
    try:
        if places is None and (job := await _as_job(deps, buried, wanted)):
            return Replayed(sent=0, left=job.total, job=job.id)
        sent, of = await buried.replay(wanted.topic, places, rate=wanted.rate, within_s=WITHIN_S)
    except NotReplayable as error:
        raise HTTPException(409, str(error)) from error
    return Replayed(sent=sent, left=of - sent)


@router.post("/done", status_code=202)
async def put_dead_letters_away(deps: Given, who: Admin, wanted: AwayWanted) -> PutAway:
    """Say of some or all of a topic that nobody need do them any more, and why: they wait no more, and are not sent.

    For what cannot be sent again: it was never ours, what it asks for was done otherwise, or the view was made anew.
    """
    places, buried = _places(wanted), _buried(deps)
    await note(deps, who, "away", detail=f"{wanted.topic}: {_which(places)}: {wanted.why}")
    try:
        return PutAway(count=await buried.put_away(wanted.topic, places))
    except NotReplayable as error:
        raise HTTPException(409, str(error)) from error


def _places(wanted: ReplayWanted | AwayWanted) -> list[tuple[int, int]] | None:
    """None: all. 404 for a topic that there is not."""
    if wanted.topic not in TOPICS:
        raise HTTPException(404, "There is no such dead-letter topic.")
    return None if wanted.letters is None else [(one.partition, one.offset) for one in wanted.letters]


def _which(places: list[tuple[int, int]] | None) -> str:
    if places is None:
        return "all that wait"
    return f"{len(places)} of them" if len(places) > 1 else f"the one at {places[0][0]} {places[0][1]}"


async def _as_job(deps: Deps, buried: Buried, wanted: ReplayWanted) -> BulkJob | None:
    if deps.looking.resending is None:
        return None
    job = await as_job(Jobs(deps.library), buried, wanted.topic, rate=wanted.rate)
    deps.looking.resending.hurry()
    return job


def _buried(deps: Deps) -> Buried:
    if deps.looking.buried is None:
        raise HTTPException(503, "Nobody can look at the dead letters from here.")
    return deps.looking.buried


def _item(letter: Letter) -> LetterItem:
    record, original = letter.record, TOPICS[letter.record.topic]
    told = about(original.name, record.key, record.value)
    attempts = letter.header("attempts")
    return LetterItem.model_validate(
        {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "buried": record.timestamp_ms / 1000,
            "group": letter.header("group"),
            "about": told.words,
            "page": told.url,
            "error": letter.header("error"),
            "cause": letter.header("cause"),
            "attempts": int(attempts) if attempts.isdigit() else 1,
            "again": letter.again,
            "replayable": not original.compacted,
        }
    )
