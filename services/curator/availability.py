"""From when to when an asset may be given to anybody: two fields of its curation, which its head then says. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from schemas.curation import AVAILABLE_FROM, AVAILABLE_UNTIL
from schemas.decision import Decision

FIELDS = (AVAILABLE_FROM, AVAILABLE_UNTIL)


class Availability(NamedTuple):
    """None: there is no such bound."""

    since: datetime | None = None
    until: datetime | None = None


ALWAYS = Availability()


def availability_of(fields: Mapping[str, object]) -> Availability:
    """From the curation's fields; they were checked when they were folded."""
    return Availability(*(_time(fields.get(name)) for name in FIELDS))


def not_a_time(decision: Decision, fields: Mapping[str, object]) -> str | None:
    """Why a decision cannot be taken whose bounds are no times, or leave no time between them; or None."""
    said = {name: value for name, value in fields.items() if name not in decision.clear} | decision.set
    for name in FIELDS:
        if name in decision.set and _time(decision.set[name]) is None:
            return f"{name}: {decision.set[name]!r:.100} is no time with its zone"
    since, until = availability_of(said)
    if since and until and until <= since and any(name in decision.set for name in FIELDS):
        return f"it would be available from {since.isoformat()} until {until.isoformat()}, which is never"
    return None


def _time(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None
