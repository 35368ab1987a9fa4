"""Files of a feed under the names that their taker knows a product by (`channels/naming.py`), as a ZIP. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from services.catalog.channels.model import RuleSet
from services.catalog.channels.naming import GRAMMARS, MOST_NUMBERED, Ids, Naming
from services.catalog.feeds.goods import Goods, Picture
from services.catalog.pack.zipping import Entry

PLAIN = GRAMMARS["sku"]


class Flat(NamedTuple):
    """naming: None is the channel's own. No taker of files deletes what a next ZIP does not hold."""

    name: str
    about: str
    naming: Naming | None = None

    def by(self, rules: RuleSet | None) -> Naming:
        """How files are called. rules: the channel's of that day."""
        return self.naming or (rules and rules.naming) or PLAIN


FLATS = {
    one.name: one
    for one in (
        Flat("amazon-zip", "a ZIP of files under Amazon's names, by ASIN or GTIN", GRAMMARS["amazon"]),
        Flat("gs1-zip", "a ZIP of files under GS1's names, by GTIN", GRAMMARS["gs1"]),
        Flat("zip", "a ZIP of files under the channel's own names; by SKU where its rules say nothing"),
    )
}


class Placed(NamedTuple):
    """A file that goes out, under its name, and of which product and picture it is."""

    name: str
    sku: str
    picture: Picture


class Named(NamedTuple):
    """Files; a line for each SKU that has no name there; and what really is among them, by product."""

    files: list[Placed]
    missing: list[str]
    given: list[Goods]

    @property
    def entries(self) -> list[Entry]:
        """As a ZIP takes them."""
        return [Entry(one.name, one.picture.key, one.picture.bytes, one.picture.asset) for one in self.files]


def named(naming: Naming, goods: Iterable[Goods]) -> Named:
    """Of two SKUs with one id the first has it."""
    found = Named([], [], [])
    taken: set[str] = set()
    for one in goods:
        identity = naming.identity(one.sku, Ids(one.asin, one.gtin))
        if not identity:
            found.missing.append(f"{one.sku}: it has not {naming.spoken} that holds, and these files are named by one.")
        elif identity in taken:
            found.missing.append(f"{one.sku}: another SKU has its id {identity}.")
        else:
            taken.add(identity)
            pictures = one.pictures[: MOST_NUMBERED + 1]
            found.given.append(one._replace(pictures=pictures))
            stems = naming.stems(identity, (picture.role for picture in pictures))
            found.files.extend(
                Placed(f"{stem}.{picture.key.rpartition('.')[2]}", one.sku, picture)
                for stem, picture in zip(stems, pictures, strict=True)
            )
    return found
