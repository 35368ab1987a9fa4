"""Decisions on their way: published, and answered only when Kafka has them."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from fastapi import HTTPException

from runtime.publisher import Outgoing
from schemas.decision import Decision
from schemas.topics import DECISIONS
from services.catalog.api.deps import Deps
from services.catalog.api.taking_back import in_parts
from services.catalog.once.ids import new_id
from services.catalog.queries import batches

log = logging.getLogger(__name__)
NOTHING: Mapping[str, Any] = MappingProxyType({})


async def say_all(deps: Deps, said: Sequence[Decision]) -> None:
    """Publish decisions of one batch, and what takes them back; returns when Kafka has all of them.

    Raises 413 before the first where one of them is too long to be kept.
    """
    first = said[0]
    before = await batches.standing(deps.database, [one.entity for one in said])
    try:
        parts = in_parts(said, before)
    except ValueError as error:
        raise HTTPException(413, f"That is too much: {error}. Decide in several steps.") from error
    known = [
        Decision(
            id=new_id(), entity=f"{batches.BATCH}/{batches.part_id(str(first.batch), number)}", set=part,
            batch=first.batch, by=first.by, why=first.why, at=first.at,
        )
        for number, part in enumerate(parts)
    ]  # fmt: skip
    await asyncio.gather(*(deps.publisher.publish(spoken(one)) for one in (*known, *said)))
    log.info("batch %s: %d decisions taken in", first.batch, len(said))


async def say(
    deps: Deps,
    by: str,
    entity: str,
    fields: Mapping[str, Any],
    *,
    clear: Sequence[str] = (),
    expects: Mapping[str, Any] = NOTHING,
    why: str | None = None,
    at: datetime | None = None,
) -> str:
    """One decision about one thing: its id, when Kafka has it. Raises Unavailable."""
    said = Decision(
        id=new_id(), entity=entity, set={**fields}, clear=[*clear], expects={**expects}, by=by, why=why,
        at=at or datetime.now(UTC),
    )  # fmt: skip
    await deps.publisher.publish(spoken(said))
    return said.id


def spoken(decision: Decision) -> Outgoing:
    """A decision on its way. Those about an asset go where its facets go."""
    kind, _, name = decision.entity.partition("/")
    place = name if kind == "asset" else None
    return Outgoing(DECISIONS, decision.entity, decision, (decision.id,), place)
