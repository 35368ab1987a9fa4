"""Files of the same photograph as parts of a query about a row `a` of `catalog.asset`: those within a scope, for of
others nobody is told who may not see them.
"""

from collections.abc import Callable
from typing import Any

from services.catalog.queries.scope import conditions
from services.catalog.scope import Scope

Mark = Callable[[Any], str]
"""Takes a value, gives its parameter."""


def counted(within: Scope, mark: Mark) -> str:
    """The columns `copies`, the asset itself included, and `altered_copies`."""
    return (
        f"1 + (SELECT count(*) {_same_bytes(within, mark)}) AS copies, "
        f"(SELECT count(*) {_altered(within, mark)}) AS altered_copies"
    )


def duplicate(within: Scope, mark: Mark) -> str:
    """The condition that it has any."""
    return f"EXISTS (SELECT {_same_bytes(within, mark)}) OR EXISTS (SELECT {_altered(within, mark)})"


def _same_bytes(within: Scope, mark: Mark) -> str:
    held = " AND ".join(["twin.sha256 = a.sha256", "twin.id <> a.id", *conditions(within, mark, "twin")])
    return f"FROM catalog.asset twin WHERE {held}"


def _altered(within: Scope, mark: Mark) -> str:
    made = "FROM catalog.same_photograph s"
    if within.limited:
        held = " AND ".join(["other.id = s.other", *conditions(within, mark, "other")])
        made += f" JOIN catalog.asset other ON {held}"
    return f"{made} WHERE s.asset_id = a.id"
