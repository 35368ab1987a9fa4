"""All that a channel may be given now, product model by product model."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from runtime.database import Database
from schemas.limits import Audience, of_words
from services.catalog.alt_text import choose
from services.catalog.channels.model import Channel
from services.catalog.channels.survey import survey
from services.catalog.feeds.goods import Goods, Shop, goods
from services.catalog.feeds.handles import Handles
from services.catalog.queries.handed import deliverable
from services.catalog.queries.readiness import Of, ids_of, media, some_models
from services.catalog.queries.rows import Row
from services.catalog.queries.shop_models import all_named, named
from services.catalog.queries.told import told

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """Which feed. doubt: somebody answers for what a machine cannot judge (`judge`); language: of alternative texts."""

    channel: Channel
    market: str
    day: date
    base: str
    doubt: bool = False
    language: str = "en"

    @property
    def audience(self) -> Audience:
        """Whom limits are held against."""
        return Audience(self.market, "", self.channel.audience)


@dataclass(frozen=True)
class Lot:
    """Some models' products that go out; left_out: how many SKUs of them do not. limited: a line for each picture that
    is for some markets alone and goes out though the feed names none."""

    goods: list[Goods]
    left_out: int
    limited: list[str]


async def lots(database: Database, asked: Asked, *, shop: bool = False) -> AsyncIterator[Lot]:
    """In the order of models and SKUs. What is withdrawn meanwhile is in no later lot. shop: with the models' handles
    and titles. Raises Unavailable."""
    handles = Handles()
    if shop:
        async for one in all_named(database):
            handles.tell(one.model, one.handle)
    cursor: str | None = ""
    while cursor is not None:
        rows = await some_models(database, cursor=cursor, limit=PAGE + 1)
        models = list(dict.fromkeys(str(row["model"]) for row in rows))
        shown = [row for row in rows if row["model"] in models[:PAGE]]
        lot = await _lot(database, asked, shown)
        yield replace(lot, goods=await _in_a_shop(database, lot.goods, handles)) if shop else lot
        cursor = models[PAGE - 1] if len(models) > PAGE else None


async def _lot(database: Database, asked: Asked, shown: list[Row]) -> Lot:
    ids = {str(row["sku"]): ids_of(row).at(asked.market) for row in shown}
    products = {str(row["sku"]): {**row, "asin": ids[str(row["sku"])].asin} for row in shown}
    found = await media(database, list(products))
    known = {one.candidate.asset_id: one.candidate for each in found.values() for one in each}
    open_now = await deliverable(database, known, asked.audience)
    open_media = {sku: [one for one in each if one.candidate.asset_id in open_now] for sku, each in found.items()}
    verdicts = survey(asked.channel, open_media, ids, market=asked.market, day=asked.day, trusting=asked.doubt)
    judged = (goods(one, products[one.sku], known, asked.base, asked.audience) for one in verdicts)
    given = [one for one in judged if one]
    limited = [] if asked.market else list(_limited(given, open_media))
    return Lot(await _worded(database, given, asked.language), len(products) - len(given), limited)


def _limited(given: Iterable[Goods], found: Mapping[str, Sequence[Of]]) -> Iterator[str]:
    for one in given:
        limits = {of.item.asset_id: of for of in found[one.sku] if of.item.limits and of.item.limits.markets}
        for picture in one.pictures:
            if (of := limits.get(picture.asset)) and of.item.limits:
                alone = of_words(of.item.limits)
                yield f"{one.sku}: {of.candidate.name} is for {alone} alone, and no market is asked for."


async def _in_a_shop(database: Database, given: list[Goods], handles: Handles) -> list[Goods]:
    """With handles and titles."""
    told = await named(database, {one.model for one in given})
    shops = {one.model: Shop(handles.of(one.model, one.handle), one.title) for one in told.values()}
    return [one._replace(shop=shops.get(one.model, Shop())) for one in given]


async def _worded(database: Database, given: list[Goods], language: str) -> list[Goods]:
    """With alternative texts."""
    facts = await told(database, {picture.asset for one in given for picture in one.pictures}, live=True)
    alts = {asset: choose.alt(known, language) for asset, known in facts.items()}

    def worded(one: Goods) -> Goods:
        said = ((picture, alts.get(picture.asset)) for picture in one.pictures)
        return one._replace(pictures=tuple(p._replace(alt=(text.text if text else None) or "") for p, text in said))

    return [worded(one) for one in given]
