"""What a channel is given of a product: pictures that fit, at addresses that change exactly when bytes do. Pure."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from runtime.ranges import etag_of
from schemas.limits import Audience
from services.catalog.api import links
from services.catalog.channels.candidate import Candidate, rendition
from services.catalog.channels.verdict import Readiness
from services.catalog.queries.rows import Row


class Picture(NamedTuple):
    """One file that goes out. slot: the place of the channel's rules; key: of the object in the library."""

    asset: str
    version: int
    role: str
    slot: str
    url: str
    key: str
    bytes: int
    alt: str = ""


class Shop(NamedTuple):
    """How a shop knows its product model: its handle, empty where none is surely its own, and its title."""

    handle: str = ""
    title: str = ""


class Goods(NamedTuple):
    """One SKU with all that the channel gets of it, the main picture first."""

    sku: str
    model: str
    name: str
    gtin: str
    asin: str
    pictures: tuple[Picture, ...]
    shop: Shop = Shop()

    @property
    def content(self) -> list[list[object]]:
        """What it is compared by with what went out before."""
        return [[one.asset, one.version, one.url] for one in self.pictures]


def goods(
    verdict: Readiness, product: Row, known: Mapping[str, Candidate], base: str, audience: Audience
) -> Goods | None:
    """None where the product may not go out.

    product: {model, name, gtin, asin}. base: what comes before public addresses; they say whom they were given for, so
    that delivery holds them to rights that change. A picture of which no rendition is handed over stays behind.
    """
    if verdict.state != "ready":
        return None
    found: list[Picture] = []
    for place in verdict.places:
        for one in place.pictures:
            made = rendition(known[one.asset_id], one.preset) if one.state == "ready" and one.preset else None
            if made is None or one.asset_id in {picture.asset for picture in found}:
                continue
            url = _address(base, one.asset_id, made, audience)
            found.append(
                Picture(one.asset_id, one.version, one.role, place.slot, url, str(made["key"]), int(made["bytes"]))
            )
    model, name, gtin, asin = (str(product.get(one) or "") for one in ("model", "name", "gtin", "asin"))
    return Goods(verdict.sku, model, name, gtin, asin, tuple(found)) if found else None


def _address(base: str, asset: str, made: Row, audience: Audience) -> str:
    content = etag_of(made.get("sha256") or "", made["key"])[:16]
    given_for = {"market": audience.market, "channel": audience.channel}
    asked = urlencode({"v": content, **{name: value for name, value in given_for.items() if value}})
    return f"{links.public(base, asset, made)}?{asked}"
