"""How products stand on all channels, looked at in spare time: for lists, Prometheus and `channels/watch.py`.

A round goes through all products, part by part and some at a time; between rounds, products of which something came in
are looked at first. What nobody hinted at is found by the next round.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime

from runtime import metrics
from runtime.database import Database
from runtime.projection import Change
from schemas.facet import Facet
from schemas.product import Product, ProductMedia
from schemas.readiness import State
from services.catalog.channels.model import Channel
from services.catalog.channels.standing import PARTS, Verdict, part_of, parts_of, place_of
from services.catalog.channels.survey import survey
from services.catalog.channels.verdict import WORST
from services.catalog.channels.watch import Watch
from services.catalog.queries import verdicts
from services.catalog.queries.readiness import Of, known_by, media, showing, some_of_part, still_sold

CHUNK = 100
FRESH_S = 300.0
"""So long a count stands before the next one begins."""
MOST_HINTS = 5_000
"""More are left to the next round."""
MOST_MARKETS = 40
"""That the metric tells apart: what people write as a market may be anything."""
Found = dict[str, dict[str, Verdict]]


class Tally:
    """`of` answers with the last whole count; none was made yet: None."""

    def __init__(
        self,
        database: Database | None = None,
        channels: Mapping[str, Channel] | None = None,
        watch: Watch | None = None,
        filling: Callable[[], object] = lambda: False,
    ) -> None:
        """filling: whether the view is. Nothing is judged then: what is not there yet would be blocked, as news."""
        self._database, self._channels, self._watch = database, channels or {}, watch
        self._filling = filling
        self._counts: dict[str, Counter[State]] | None = None
        """Place → state → products."""
        self._running: dict[str, Counter[State]] = {}
        self._told: set[tuple[str, str, str]] = set()
        self._part, self._cursor = PARTS[0], ""
        self._seen: Found = {}
        self._whole = True
        """Whether all that was looked at of this part was of a view that holds all."""
        self._counted_at = -FRESH_S
        self._skus: dict[str, None] = {}
        self._assets: dict[str, None] = {}

    def of(self, channel: str) -> Mapping[State, int] | None:
        """State → products, as of the last count, in no market in particular."""
        return None if self._counts is None else self._counts.get(channel, Counter())

    def hint(self, skus: Iterable[str], assets: Iterable[str]) -> None:
        """Something came in about these."""
        for known, more in ((self._skus, skus), (self._assets, assets)):
            known.update(dict.fromkeys(more) if len(known) < MOST_HINTS else {})

    async def step(self) -> bool:
        """Look at some products; False while nothing was hinted at and the last count is fresh, or the view is being
        filled. Raises Unavailable."""
        if self._database is None or self._filling():
            return False
        if self._skus or self._assets:
            await self._hinted(self._database)
            return True
        if time.monotonic() - self._counted_at < FRESH_S:
            return False
        await self._next(self._database)
        return True

    async def _hinted(self, database: Database) -> None:
        assets, skus = list(self._assets)[:CHUNK], list(self._skus)[:CHUNK]
        if self._watch and self._may():
            also = await showing(database, assets)
            sold = await still_sold(database, {*skus, *also})
            by_part: dict[str, Found] = {}
            looked = await self._look(database, sold, {*skus, *also} - set(sold))
            for sku, places in looked.items():
                by_part.setdefault(part_of(sku), {})[sku] = places
            self._amend({*skus, *also}, looked)
            for part, found in by_part.items():
                await self._watch.note(part, found, self._channels, whole=False)
        for known, done in ((self._skus, skus), (self._assets, assets)):
            for one in done:
                known.pop(one, None)

    def _amend(self, skus: Iterable[str], found: Found) -> None:
        """What was looked at after the round had passed it: at the part's end it would be told as it was before."""
        for sku in skus:
            if sku not in found:
                self._seen.pop(sku, None)
            elif part_of(sku) == self._part and sku <= self._cursor:
                self._seen[sku] = found[sku]

    def _may(self) -> bool:
        return self._watch is not None and self._watch.may()

    async def _next(self, database: Database) -> None:
        self._whole = self._may() and self._whole
        skus = await some_of_part(database, self._part, cursor=self._cursor, limit=CHUNK)
        found = await self._look(database, skus)
        seen = {**self._seen, **found}
        ended = len(skus) < CHUNK
        self._whole = self._may() and self._whole
        if ended and self._watch and self._whole:  # else the next round tells it
            await self._watch.note(self._part, seen, self._channels, whole=True)
        for places in found.values():
            for place, verdict in places.items():
                self._running.setdefault(place, Counter())[verdict.state] += 1
        self._seen, self._cursor = ({}, "") if ended else (seen, skus[-1])
        if ended:
            self._whole = True
            self._part = PARTS[(PARTS.index(self._part) + 1) % len(PARTS)]
            if self._part == PARTS[0]:
                self._tell()

    async def _look(self, database: Database, skus: list[str], gone: Collection[str] = ()) -> Found:
        """Judges them, and keeps that for lists. gone: not for sale any more."""
        media_of, day = await media(database, skus), datetime.now(UTC).date()
        ids = await known_by(database, skus)
        found: Found = {sku: {} for sku in skus}
        blocked: dict[str, dict[str, list[str]]] = {}
        for market in ("", *sorted({one for each in media_of.values() for one in _markets(each)})):
            there = {sku: each for sku, each in media_of.items() if not market or market in _markets(each)}
            for name, channel in self._channels.items():
                if channel.on(day) is not None:
                    for one in survey(channel, there, ids, market=market, day=day):
                        place = place_of(name, market)
                        found[one.sku][place] = Verdict.of(one)
                        if one.blocked:
                            blocked.setdefault(one.sku, {})[place] = one.blocked
        states = {sku: {place: one.state for place, one in places.items()} for sku, places in found.items()}
        await verdicts.keep(database, states, gone, blocked)
        return found

    def _tell(self) -> None:
        self._counts, self._running, self._counted_at = self._running, {}, time.monotonic()
        shown = _shown(self._counts).items()
        told = {(*parts_of(place), state): counts[state] for place, counts in shown for state in WORST}
        for labels, count in told.items():
            metrics.PRODUCTS_ON_CHANNEL.labels(*labels).set(count)
        for gone in self._told - told.keys():  # a market that nothing names any more
            metrics.PRODUCTS_ON_CHANNEL.remove(*gone)
        self._told = set(told)


def _shown(counts: Mapping[str, Counter[State]]) -> dict[str, Counter[State]]:
    """Channels, and the markets that most products are told apart in."""
    markets: Counter[str] = Counter()
    for place, of in counts.items():
        markets[parts_of(place)[1]] += of.total()
    most = {"", *(market for market, _ in markets.most_common(MOST_MARKETS))}
    return {place: of for place, of in counts.items() if parts_of(place)[1] in most}


def hinted(changes: Iterable[Change]) -> tuple[set[str], set[str]]:
    """SKUs and assets that these records speak of."""
    told = [change.message for change in changes]
    skus = {one.sku for one in told if isinstance(one, Product | ProductMedia) and one.sku}
    return skus, {one.asset_id for one in told if isinstance(one, Facet)}


def _markets(of: Iterable[Of]) -> set[str]:
    return {market for one in of if one.item.limits for market in one.item.limits.markets}
