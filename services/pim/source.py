"""What a connector offers: the changes of a PIM as `pim.events` tells them. One file or folder a system behind it."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from schemas.product import Entity, PimEvent

LONGEST = 300
"""Letters of one attribute that are kept: a record has to stay far below 256 kB."""
MOST_ATTRIBUTES = 200
"""Attributes of one product that are kept."""


class NotAllowed(Exception):
    """The PIM does not let us in, or not there: somebody has to mend something. `cause` and `cure` are sentences."""

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(f"{cause} {cure}")
        self.cause, self.cure = cause, cure


class Refused(NotAllowed):
    """It does not take this one question (4xx): trying again changes nothing, and others are not at fault."""


@dataclass(frozen=True)
class Batch:
    """Some of what a PIM says, in the order in which it is to be said."""

    events: tuple[PimEvent, ...]
    newest: str = ""
    """The newest time of change among them, as this PIM writes it: a cursor."""
    problems: tuple[str, ...] = ()
    """What is wrong in the PIM's own data, each with its cause."""
    held: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    """SKU → place → what the PIM holds there, of places that we fill."""


class Source(Protocol):
    """One PIM. Every method raises Unavailable on an outage and NotAllowed where waiting does not help."""

    system: str

    async def now(self) -> str:
        """The cursor of this moment, by the PIM's own clock."""
        ...

    def changes(self, since: str) -> AsyncIterator[Batch]:
        """All that was changed at or after that cursor, and perhaps a little before; "" is everything there is.

        It ends only when that was said whole: who breaks off raises.
        """
        ...

    async def one(self, kind: Entity, id: str) -> Batch | None:
        """What it says of one now; None where it does not know it: asked before a removal is believed."""
        ...


def doubled(event: PimEvent, gtins: dict[str, str]) -> str:
    """What is wrong where another SKU has the same GTIN. `gtins`: GTIN → the SKU that came first with it."""
    gtin, sku = event.fields.get("gtin", ""), event.fields.get("sku", "")
    other = gtins.setdefault(gtin.zfill(14), sku) if gtin else sku
    named = f"The GTIN {gtin} belongs to {other} and to {sku}. A GTIN names one product: correct one of them."
    return named if other != sku else ""


def read_each(
    items: Iterable[Mapping[str, Any]],
    read: Callable[[Mapping[str, Any]], tuple[PimEvent, str]],
    name: Callable[[object], str],
    seen: dict[str, str],
) -> tuple[list[PimEvent], list[str]]:
    """Events, and what is wrong: one that cannot be read is told and left as it was. `seen`: see `doubled`."""
    events, problems = list[PimEvent](), list[str]()
    for item in items:
        try:
            event, problem = read(item)
        except (KeyError, TypeError, ValueError, AttributeError) as error:  # the others are not at fault
            problems.append(f"product {name(item)} cannot be read: {error!r}. It is left as it was.")
            continue
        events.append(event)
        problems += filter(None, [problem, doubled(event, seen)])
    return events, problems
