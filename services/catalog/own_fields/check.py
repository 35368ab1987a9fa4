"""Whether what people decide fits the fields that are defined."""

from collections.abc import Mapping
from typing import Any

from runtime.database import Database
from schemas.curation import OWN
from services.catalog.own_fields.definition import fault
from services.catalog.queries.own_fields import defined


async def wrong(database: Database, wanted: Mapping[str, Any]) -> str | None:
    """What does not fit of the values that are set, in plain words; None where all do. Raises Unavailable."""
    asked = {name.removeprefix(OWN): value for name, value in wanted.items() if name.startswith(OWN)}
    known = await defined(database) if asked else {}
    for name, value in asked.items():
        if name not in known:
            return (
                f"There is no field {name!r:.60}. GET /v1/fields tells them: {', '.join(known) or 'none is defined'}."
            )
        if problem := fault(known[name], value):
            return f"{OWN}{name} {problem}."
    return None
