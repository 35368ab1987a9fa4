"""All that a channel may be given now, product model by product model."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from runtime.database import Database
from schemas.limits import Audience
from services.catalog.alt_text import choose
from services.catalog.channels.model import Channel
from services.catalog.channels.naming import Ids
from services.catalog.channels.survey import survey
from services.catalog.feeds.goods import Goods, goods
from services.catalog.queries.handed import deliverable
from services.catalog.queries.readiness import media, some_models
from services.catalog.queries.rows import Row
from services.catalog.queries.told import told

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """Which feed. doubt: pictures that nobody has looked at may go out; language: of alternative texts."""

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
    """Some models' products that go out; left_out: how many SKUs of them do not."""

    goods: list[Goods]
    left_out: int


async def lots(database: Database, asked: Asked) -> AsyncIterator[Lot]:
    """In the order of models and SKUs. What is withdrawn meanwhile is in no later lot. Raises Unavailable."""
    cursor: str | None = ""
    while cursor is not None:
        rows = await some_models(database, cursor=cursor, limit=PAGE + 1)
        models = list(dict.fromkeys(str(row["model"]) for row in rows))
        shown = [row for row in rows if row["model"] in models[:PAGE]]
        yield await _lot(database, asked, shown)
        cursor = models[PAGE - 1] if len(models) > PAGE else None


async def _lot(database: Database, asked: Asked, shown: list[Row]) -> Lot:
    products = {str(row["sku"]): row for row in shown}
    found = await media(database, list(products))
    known = {one.candidate.asset_id: one.candidate for each in found.values() for one in each}
    open_now = await deliverable(database, known)
    open_media = {sku: [one for one in each if one.candidate.asset_id in open_now] for sku, each in found.items()}
    ids = {sku: Ids(row["asin"], row["gtin"]) for sku, row in products.items()}
    verdicts = survey(asked.channel, open_media, ids, market=asked.market, day=asked.day)
    given = [
        one
        for verdict in verdicts
        if (one := goods(verdict, products[verdict.sku], known, asked.base, doubt=asked.doubt))
    ]
    return Lot(await _worded(database, given, asked.language), len(products) - len(given))


async def _worded(database: Database, given: list[Goods], language: str) -> list[Goods]:
    """With alternative texts."""
    facts = await told(database, {picture.asset for one in given for picture in one.pictures})
    alts = {asset: choose.alt(known, language) for asset, known in facts.items()}

    def worded(one: Goods) -> Goods:
        said = ((picture, alts.get(picture.asset)) for picture in one.pictures)
        return one._replace(pictures=tuple(p._replace(alt=(text.text if text else None) or "") for p, text in said))

    return [worded(one) for one in given]
