"""Folding: a decision sets or clears named fields. Twice equals once; the later in the topic wins. Pure."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from schemas.decision import Decision
from schemas.topics import MAX_RECORD_BYTES
from services.curator.rerun import reframes

REMEMBERED = 500
"""Ids of decisions that a record keeps, so that one that comes again changes nothing."""
REFUSED, CAUSE = 50, 500
"""Refusals that a record keeps, and letters of each: a record has to stay far below 256 kB."""

MOST_FIELDS = MAX_RECORD_BYTES // 2
"""Bytes of all fields. The other half is for what is remembered, and the envelope."""
FULL = "There is no room for more: all that was decided about it may take {most} kB. Clear some of it first."


@dataclass(frozen=True)
class Folded:
    """What all decisions so far come to."""

    fields: dict[str, Any] = field(default_factory=dict)
    refused: list[dict[str, Any]] = field(default_factory=list)
    framed_on: dict[str, int] = field(default_factory=dict)
    """Field that renditions are made from → the version that was looked at."""
    decisions: list[str] = field(default_factory=list)


def fold(
    before: Folded,
    decision: Decision,
    objection: Callable[[dict[str, Any]], str | None] | None = None,
    version: int | None = None,
) -> Folded:
    """Apply one decision. A precondition that does not hold is recorded as refused, with its cause, and so
    is what would make the record too large to be said.

    `objection`: given the fields so far, says what else speaks against it, or None. `version`: that was looked at.
    """
    if decision.id in before.decisions:
        return before
    ids = [*before.decisions, decision.id][-REMEMBERED:]
    wrong = {
        name: before.fields.get(name) for name, want in decision.expects.items() if before.fields.get(name) != want
    }
    cause = ", ".join(f"{name} is {value!r} by now" for name, value in sorted(wrong.items()))
    if not cause and objection:
        cause = objection(before.fields) or ""
    fields = {name: value for name, value in before.fields.items() if name not in decision.clear} | decision.set
    if not cause and _bytes(fields) > max(MOST_FIELDS, _bytes(before.fields)):  # what makes it smaller always may
        cause = FULL.format(most=MOST_FIELDS // 1024)
    if cause:
        entry = {"decision": decision.id, "by": decision.by, "cause": cause[:CAUSE]}
        return replace(before, refused=[*before.refused, entry][-REFUSED:], decisions=ids)
    looked_at = dict.fromkeys(filter(reframes, decision.set), version) if version else {}
    framed_on = {name: on for name, on in (before.framed_on | looked_at).items() if name in fields}
    return Folded(fields, before.refused, framed_on, ids)


def _bytes(fields: dict[str, Any]) -> int:
    """As they are on the topic: UTF-8, as pydantic writes it."""
    return len(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode())
