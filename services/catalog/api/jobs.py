"""Bulk jobs: rendering or tagging much anew; how far each is, pause, go on, cancel."""

from typing import Literal

from fastapi import APIRouter, Depends, HTTPException
from pydantic import AwareDatetime, BaseModel, Field

from runtime.bulk import Standing, State
from services.catalog.api.actions import note
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Admin, at_least
from services.catalog.operations.bulk import Bulk

router = APIRouter(prefix="/v1/jobs", tags=["system"], dependencies=[Depends(at_least("admin"))])
TURNS: dict[str, State] = {"pause": "paused", "resume": "running", "cancel": "cancelled"}


class JobItem(BaseModel):
    """What was asked for at once, and how far it is."""

    id: str = Field(examples=["1f0c2a9e"])
    what: str = Field(examples=["presets", "retag: taught words"])
    state: Literal["sending", "running", "paused", "cancelled", "done"]
    total: int = Field(description="Files, or dead letters")
    done: int = Field(description="Of them, by what the broker has been told")
    left_s: float | None = Field(description="Seconds at its pace since it last began to run; null: not known")
    began: AwareDatetime


class JobList(BaseModel):
    """The newest first, for 30 days."""

    items: list[JobItem]


@router.get("")
async def list_jobs(deps: Given) -> JobList:
    """What `packshot presets apply`, `packshot retag`, teaching and replays of many dead letters asked for."""
    return JobList(items=[_item(one) for one in await _bulk(deps).look()])


@router.post("/{job_id}/{turn}", status_code=202)
async def turn_job(deps: Given, who: Admin, job_id: Text, turn: Literal["pause", "resume", "cancel"]) -> JobList:
    """Heeded within seconds; what has begun is finished. A cancelled job stays so: ask anew for what it left."""
    bulk = _bulk(deps)
    await note(deps, who, "job", detail=f"{job_id[:40]}: {turn}")
    try:
        await bulk.turn(job_id, TURNS[turn])
    except KeyError as error:
        raise HTTPException(404, f"There is no job {job_id} that could {turn}. GET /v1/jobs tells them.") from error
    return await list_jobs(deps)


def _bulk(deps: Deps) -> Bulk:
    if deps.looking.bulk is None:
        raise HTTPException(503, "Nobody can look at the jobs from here.")
    return deps.looking.bulk


def _item(one: Standing) -> JobItem:
    job = one.job
    told = {"id": job.id, "what": job.what, "total": job.total, "began": one.began}
    return JobItem.model_validate({**told, "state": one.state, "done": one.done, "left_s": one.left_s})
