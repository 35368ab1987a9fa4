"""What a channel is given of a product: pictures that fit, at addresses that change exactly when bytes do. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from runtime.ranges import etag_of
from schemas.readiness import State
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


class Goods(NamedTuple):
    """One SKU with all that the channel gets of it, the main picture first."""

    sku: str
    model: str
    name: str
    gtin: str
    asin: str
    pictures: tuple[Picture, ...]

    @property
    def content(self) -> list[list[object]]:
        """What it is compared by with what went out before."""
        return [[one.asset, one.version, one.url] for one in self.pictures]


def goods(verdict: Readiness, product: Row, known: Mapping[str, Candidate], base: str, *, doubt: bool) -> Goods | None:
    """None where the product may not go out. `doubt`: what nobody has looked at yet may go, too.

    base: what comes before public addresses. A picture of which no rendition is handed over has none, and stays behind.
    """
    fits: tuple[State, ...] = ("ready", "person") if doubt else ("ready",)
    if verdict.state not in fits:
        return None
    found: list[Picture] = []
    for place in verdict.places:
        for one in place.pictures:
            made = rendition(known[one.asset_id], one.preset) if one.state in fits and one.preset else None
            if made is None or one.asset_id in {picture.asset for picture in found}:
                continue
            url = f"{links.public(base, one.asset_id, made)}?v={etag_of(made.get('sha256') or '', made['key'])[:16]}"
            found.append(
                Picture(one.asset_id, one.version, one.role, place.slot, url, str(made["key"]), int(made["bytes"]))
            )
    named = {name: str(product.get(name) or "") for name in ("model", "name", "gtin", "asin")}
    return Goods(sku=verdict.sku, **named, pictures=tuple(found)) if found else None
