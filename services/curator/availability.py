"""When and where an asset may be given to anybody: fields of its curation, which its head then says. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from schemas.curation import AVAILABLE_FROM, AVAILABLE_UNTIL
from schemas.decision import Decision
from schemas.head import HeadFacet
from schemas.rights import ARCHIVED, CONSENT, LICENCE, NOTHING, Said, rights_of, wrong

RIGHTS = (LICENCE, CONSENT, ARCHIVED)
FIELDS = (AVAILABLE_FROM, AVAILABLE_UNTIL)


class Availability(NamedTuple):
    """None: there is no such bound."""

    since: datetime | None = None
    until: datetime | None = None


ALWAYS = Availability()


def availability_of(fields: Mapping[str, object]) -> Availability:
    """From the curation's fields; they were checked when they were folded."""
    return Availability(*(_time(fields.get(name)) for name in FIELDS))


def with_rights(head: HeadFacet, fields: Mapping[str, object], folder: Said = NOTHING) -> HeadFacet:
    """folder: what the profile of its folder said when that version was dropped."""
    found = rights_of(fields, *availability_of(fields), folder)
    return head.model_copy(
        update={
            AVAILABLE_FROM: found.since,
            AVAILABLE_UNTIL: found.until,
            "limits": found.limits,
            "barred": found.barred,
            "archived": found.archived,
        }
    )


def no_rights(decision: Decision) -> str | None:
    """Why what a decision says of rights cannot be taken; or None."""
    said = ((name, decision.set[name]) for name in RIGHTS if decision.set.get(name) is not None)
    return next((f"{name}: {fault}" for name, value in said if (fault := wrong(name, value))), None)


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
