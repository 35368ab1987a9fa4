"""Pictures that the linker never answered: asked for again, seldom, and only while it has nothing else to do.

The linker follows the `file` facets by its view and sends itself requests, so no committed offset tells whether it has
come to one. A request that was buried is the likely cause: asking every minute would stop the linker.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from runtime.publisher import Outgoing
from schemas.facet import facet_object
from schemas.topics import LINK_REQUESTS
from schemas.work import LinkRequest
from services.ingest.answering import Asset

PAYER = ("linker", LINK_REQUESTS.name)
"""Group and topic whose end must be reached."""
MISSED = timedelta(hours=1)
AGAIN = timedelta(days=1)


class Unlinked:
    """Remembers for the length of its life whom it asked for."""

    def __init__(self) -> None:
        self._asked: dict[str, datetime] = {}

    def found(self, assets: Iterable[Asset], now: datetime) -> list[LinkRequest]:
        """What was written later than MISSED ago is on its way."""
        asked = []
        for one in assets:
            if one.linked is None or now.timestamp() - one.written < MISSED.total_seconds():
                continue
            before = self._asked.get(one.id)
            if facet_object(one.id, one.linked, "links") in one.facets or (before and now - before < AGAIN):
                continue
            self._asked[one.id] = now
            asked.append(LinkRequest(asset_id=one.id, reason="sweep"))
        return asked


def request(asked: LinkRequest, nonce: object) -> Outgoing:
    """The event."""
    return Outgoing(LINK_REQUESTS, asked.asset_id, asked, about=(asked.asset_id, "sweep", nonce))
