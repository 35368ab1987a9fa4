"""What a drop shall hold now: the files of all products that are ready, under the channel's names, or one list."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from runtime.database import Database
from runtime.objects import Bucket
from services.catalog.channels.model import Channel
from services.catalog.drops.holding import LISTED, Held, Item
from services.catalog.drops.model import Drop
from services.catalog.feeds.flat import FLATS, Flat, named
from services.catalog.feeds.formats import FORMATS, Format, models
from services.catalog.feeds.goods import Goods
from services.catalog.feeds.runs import MOST_NOTES
from services.catalog.feeds.source import Asked, lots

Fill = Callable[[Path], Awaitable[None]]


class File(NamedTuple):
    """asset: empty of a list. bytes: how large. fill: writes it to a path; raises Unavailable, Missing."""

    asset: str
    bytes: int
    fill: Fill


class Wanted(NamedTuple):
    """held: as it shall be; files: of each file that is put, by its name; a list's pictures have none of their own.

    notes: products that the format cannot take, and pictures for some markets alone, the first of them. left_out: how
    many are not ready.
    """

    held: Held
    files: dict[str, File]
    left_out: int
    notes: list[str]


async def wanted(database: Database, library: Bucket, drop: Drop, channel: Channel, public_url: str) -> Wanted:
    """As of this moment. Raises Unavailable."""
    day = datetime.now(UTC).date()
    asked = Asked(channel, drop.market, day, public_url, drop.doubt, drop.language)
    form = FORMATS.get(drop.format)
    goods: list[Goods] = []
    limited: list[str] = []
    left_out = 0
    async for lot in lots(database, asked, shop=bool(form and form.of_shop)):
        goods += lot.goods
        left_out += lot.left_out
        limited += lot.limited
    if form:
        found = _list(form, drop, goods, left_out)
    else:
        found = _files(library, FLATS[drop.format], channel, asked, goods, left_out)
    return found._replace(notes=[*found.notes, *limited][:MOST_NOTES])


def _files(library: Bucket, flat: Flat, channel: Channel, asked: Asked, goods: list[Goods], left_out: int) -> Wanted:
    pack = named(flat.by(channel.on(asked.day)), goods)
    found = Wanted({}, {}, left_out + len(goods) - len(pack.given), pack.missing)
    for name, sku, picture in pack.files:
        found.held[name] = Item(sku, picture.asset, picture.version, picture.url.rpartition("?v=")[2])

        async def fill(path: Path, key: str = picture.key) -> None:
            await library.fetch(key, path)

        found.files[name] = File(picture.asset, picture.bytes, fill)
    return found


def _list(form: Format, drop: Drop, goods: list[Goods], left_out: int) -> Wanted:
    """Its pictures stand in the run by their addresses, so a list is put again exactly when one of them differs."""
    fits = [form.fit(variants) for variants in models(goods)]
    given = [one for fit in fits for one in fit.goods]
    body = (form.heading + "".join(form.lines(fit.goods) for fit in fits if fit.goods)).encode()
    name = f"{drop.name}.{form.ending}"
    held: Held = {
        f"{name}{LISTED}{one.sku} {picture.url.rpartition('?v=')[0]}": Item(
            one.sku, picture.asset, picture.version, f"{picture.url.rpartition('?v=')[2]}-{said}"
        )
        for one, said in ((one, form.said(one)) for one in given)
        for picture in one.pictures
    }

    async def fill(path: Path) -> None:
        path.write_bytes(body)

    notes = [note for fit in fits for note in fit.notes]
    return Wanted(held, {name: File("", len(body), fill)}, left_out + len(goods) - len(given), notes)
