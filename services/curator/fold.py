"""Folding: a decision sets or clears named fields. Twice equals once; the later in the topic wins. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from schemas.decision import Decision

REMEMBERED = 500
"""Ids of decisions that a record keeps, so that one that comes again changes nothing."""
REFUSED, CAUSE = 50, 500
"""Refusals that a record keeps, and letters of each: a record has to stay far below 256 kB."""


@dataclass(frozen=True)
class Folded:
    """What all decisions so far come to."""

    fields: dict[str, Any] = field(default_factory=dict)
    refused: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)


def fold(before: Folded, decision: Decision, objection: Callable[[dict[str, Any]], str | None] | None = None) -> Folded:
    """Apply one decision. A precondition that does not hold is recorded as refused, with its cause.

    `objection`: given the fields so far, says what else speaks against it, or None.
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
    if cause:
        entry = {"decision": decision.id, "by": decision.by, "cause": cause[:CAUSE]}
        return Folded(before.fields, [*before.refused, entry][-REFUSED:], ids)
    fields = {name: value for name, value in before.fields.items() if name not in decision.clear}
    return Folded(fields | decision.set, before.refused, ids)
