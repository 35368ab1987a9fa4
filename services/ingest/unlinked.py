"""Pictures that the linker never answered: asked for again, seldom, and only while it has nothing else to do.

The linker follows the `file` facets by its view and sends itself requests, so no committed offset tells whether it has
come to one. A request that was buried is the likely cause: asking every minute would stop the linker.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from runtime.publisher import Outgoing
from schemas.facet import facet_object
from schemas.topics import LINK_REQUESTS
from schemas.work import LinkRequest
from services.ingest.source import Source

PAYER = ("linker", LINK_REQUESTS.name)
"""Group and topic whose end must be reached."""
MISSED = timedelta(hours=1)
AGAIN = timedelta(days=1)


class Unlinked:
    """Remembers for the length of its life whom it asked for."""

    def __init__(self) -> None:
        self._asked: dict[str, datetime] = {}

    def found(
        self, sources: Iterable[tuple[Source, datetime]], facets: Collection[str], now: datetime
    ) -> list[LinkRequest]:
        """sources: each with the time when it was written last; what is younger than MISSED is on its way."""
        asked = []
        for source, written in sources:
            newest, asset = source.master if source.owns else None, source.asset_id or ""
            if newest is None or newest.announced is None or now - written < MISSED:
                continue
            before = self._asked.get(asset)
            if facet_object(asset, newest.number, "links") in facets or (before and now - before < AGAIN):
                continue
            self._asked[asset] = now
            asked.append(LinkRequest(asset_id=asset, reason="sweep"))
        return asked


def request(asked: LinkRequest, nonce: object) -> Outgoing:
    """The event."""
    return Outgoing(LINK_REQUESTS, asked.asset_id, asked, about=(asked.asset_id, "sweep", nonce))
