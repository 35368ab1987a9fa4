"""Whom the process may ask how the pipeline is. Whoever is not there is *not known* on the page."""

from dataclasses import dataclass, field

from runtime.buried import Buried
from runtime.resending import Resending
from services.catalog.operations.bulk import Bulk
from services.catalog.operations.members import Members
from services.catalog.operations.queue import Queue


@dataclass(frozen=True)
class Looking:
    """Built by the process; tests hand over twins."""

    queue: Queue = field(default_factory=Queue)
    members: Members = field(default_factory=Members)
    buried: Buried | None = None
    bulk: Bulk | None = None
    resending: Resending | None = None
