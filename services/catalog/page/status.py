"""How the pipeline is, on one screen, and its dead letters: for people who have no Grafana."""

import time
from datetime import UTC, datetime

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from runtime.bulk import Standing
from runtime.buried import TOPICS
from runtime.outage import Unavailable
from services.catalog.api.dead_letters import MOST, get_dead_letter, list_dead_letters
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Admin
from services.catalog.operations.bulk import of_today
from services.catalog.operations.queue import fullest
from services.catalog.operations.verdict import lost
from services.catalog.page.sign_in import signed_in
from services.catalog.page.views import view
from services.catalog.queries import summary
from services.catalog.queries.standing import SPAN_S, standing

router = APIRouter(include_in_schema=False, dependencies=[Depends(signed_in)], default_response_class=HTMLResponse)


@router.get("/status")
async def status_page(request: Request, deps: Given) -> Response:
    """Is anything lost? Which stage holds the queue? When is it empty? What is the top cause of failure?"""
    members, drift = await deps.looking.members.look()
    stages = await deps.looking.queue.look()
    failed = (await summary.by_state(deps.database))["failed"]
    return await view(
        request,
        "status.html",
        members=members,
        drift=drift,
        stages=stages,
        fullest=fullest(stages or []),
        most=max((one.behind for one in stages or []), default=0),
        lost=lost(failed, await _waiting(deps), drift, datetime.now(UTC)),
        stood=await standing(deps.database),
        span_s=SPAN_S,
        jobs=await _jobs(deps),
    )


async def _jobs(deps: Deps) -> list[Standing] | None:
    """Bulk work that goes on, and what has ended today; None where that cannot be known now."""
    if deps.looking.bulk is None:
        return None
    try:
        return of_today(await deps.looking.bulk.look(), time.time())
    except Unavailable:
        return None


async def _waiting(deps: Deps) -> int | None:
    """Dead letters that nobody sent again; None where that cannot be known now."""
    if deps.looking.buried is None:
        return None
    try:
        return await deps.looking.buried.waiting()
    except Unavailable:
        return None


@router.get("/dead-letters")
async def dead_letters_page(request: Request, deps: Given, _: Admin) -> Response:
    """The newest, by topic."""
    try:
        found, problem = (await list_dead_letters(deps, MOST)).items, ""
    except (Unavailable, HTTPException):
        found, problem = [], "Kafka does not answer: what lies there is not known now. Nothing is lost."
    topics = {name: [one for one in found if one.topic == name] for name in TOPICS}
    return await view(
        request,
        "dead_letters.html",
        topics={name: letters for name, letters in topics.items() if letters},
        originals=TOPICS,
        problem=problem,
    )


@router.get("/dead-letters/{topic}/{partition}/{offset}")
async def dead_letter_page(
    request: Request, deps: Given, _: Admin, topic: Text, partition: int, offset: int
) -> Response:
    """One of them, whole."""
    try:
        letter = await get_dead_letter(deps, topic, partition, offset)
    except HTTPException as error:
        if error.status_code != 404:
            raise
        return await view(request, "missing.html", status=404, what="Nothing lies there any more", back="/dead-letters")
    return await view(request, "dead_letter.html", letter=letter)
