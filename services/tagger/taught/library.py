"""What the library knows: pictures with a stored vector, the products that they are linked to, and people's word.

Reads the bucket, which is the archive; changes nothing. What was read once is read again only where it has changed.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from runtime.assets import read_facet
from runtime.bundles import FOLDER, unpack
from runtime.objects import Bucket
from schemas.curation import CurationFacet
from schemas.facet import facet_object
from schemas.links import LinksFacet
from schemas.product import PRODUCTS, Product
from schemas.roles import ROLE
from schemas.tags import TagsFacet
from schemas.topics import PIM_PRODUCTS
from services.tagger.taught.regression import Floats

log = logging.getLogger(__name__)
AT_ONCE = 8
SURE = 0.9
"""A link below this is not believed enough to learn from."""
TAG, LINK = "tag:", "link:"
SHOWN = ("product", "model")
"""Kinds of records that a picture can show."""


@dataclass(frozen=True)
class Pictured:
    """One picture. skus: what it surely shows; confirmed, rejected: tags by people's word; role: of its sure links."""

    asset: str
    sha256: str
    models: Mapping[str, str]
    colours: tuple[Mapping[str, object], ...]
    skus: frozenset[str]
    confirmed: frozenset[str]
    rejected: frozenset[str]
    role: str = ""


@dataclass(frozen=True)
class Known:
    """All of it at one time. products: the active ones by SKU."""

    pictures: list[Pictured]
    products: Mapping[str, Product]


class Library:
    """Looks, and remembers what it has read: by the etags of one listing."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._pictures: dict[str, tuple[tuple[str, ...], Pictured | None]] = {}
        self._products: dict[str, tuple[str, Product]] = {}
        self._bundled = dict[str, Product]()
        self._bundles = set[str]()

    async def look(self) -> Known:
        """Raises Unavailable."""
        await self._look_at_bundles()
        products = {info.key: info.etag for info in await self._bucket.listing(PRODUCTS)}
        self._products = {key: held for key, held in self._products.items() if products.get(key) == held[0]}
        await _several(self._product, [(key, etag) for key, etag in products.items() if key not in self._products])
        wanted = await self._all_wanted()
        self._pictures = {a: held for a, held in self._pictures.items() if a in wanted and wanted[a][1] == held[0]}
        news = [(asset, version, stamp) for asset, (version, stamp) in wanted.items() if asset not in self._pictures]
        await _several(self._picture, news)
        all_ = self._bundled | {key: one for key, (_, one) in self._products.items()}
        active = [one for one in all_.values() if one.status == "active" and one.kind in SHOWN]
        pictures = [self._pictures[asset][1] for asset in sorted(self._pictures)]
        return Known([one for one in pictures if one], {one.sku: one for one in active})

    async def vectors(self, pictures: Iterable[Pictured], needs: Mapping[str, str]) -> dict[str, dict[str, Floats]]:
        """Asset → the stored vectors of these models; without pictures that lack one."""
        found: dict[str, dict[str, Floats]] = {}

        async def one(picture: Pictured) -> None:
            stored = [await self._bucket.get(vector_key(picture.sha256, name, needs[name])) for name in needs]
            if all(stored):
                parts = {name: np.frombuffer(one.body, "<f2") for name, one in zip(needs, stored, strict=True) if one}
                found[picture.asset] = {name: part.astype(np.float32) for name, part in parts.items()}

        await _several(one, [(picture,) for picture in pictures])
        return found

    async def _all_wanted(self) -> dict[str, tuple[int, tuple[str, ...]]]:
        """As `_wanted`, of all assets, page by page: a library has ten facets and more of each."""
        wanted: dict[str, tuple[int, tuple[str, ...]]] = {}
        open_: dict[str, str] = {}
        async for page in self._bucket.pages("facets/"):
            open_ |= {info.key: info.etag for info in page}
            last = _asset(page[-1].key) if page else ""  # what is next may be of it, too
            rest = {key: etag for key, etag in open_.items() if _asset(key) == last}
            wanted |= _wanted({key: etag for key, etag in open_.items() if key not in rest})
            open_ = rest
        return wanted | _wanted(open_)

    async def _look_at_bundles(self) -> None:
        """Each once: nobody writes them again."""
        for info in await self._bucket.listing(f"{FOLDER}{PIM_PRODUCTS.name}/"):
            if info.key not in self._bundles and (stored := await self._bucket.get(info.key)):
                lines = unpack(stored.body)
                self._bundled |= {path: Product.model_validate_json(line) for path, line in lines.items()}
                self._bundles.add(info.key)

    async def _product(self, key: str, etag: str) -> None:
        try:
            if stored := await self._bucket.get(key):
                self._products[key] = etag, Product.model_validate_json(stored.body)
        except ValueError as error:
            log.warning("%s cannot be read, and teaches nothing: %s", key, error)

    async def _picture(self, asset: str, version: int, stamp: tuple[str, ...]) -> None:
        try:
            self._pictures[asset] = stamp, await self._read(asset, version)
        except ValueError as error:
            self._pictures[asset] = stamp, None
            log.warning("a record of %s cannot be read, and teaches nothing: %s", asset, error)

    async def _read(self, asset: str, version: int) -> Pictured | None:
        tags = await read_facet(self._bucket, asset, version, "tags")
        if tags is None or tags.status != "done":
            return None
        seen = TagsFacet.model_validate(tags.data)
        if not seen.embedding_key:
            return None
        links = await read_facet(self._bucket, asset, version, "links")
        curation = await read_facet(self._bucket, asset, 0, "curation")
        said = CurationFacet.model_validate(curation.data).fields if curation else {}
        linked = LinksFacet.model_validate(links.data) if links else LinksFacet()
        skus = _shown(linked, said)
        words = {value: frozenset(_named(said, TAG, value)) for value in ("confirmed", "rejected")}
        sha256 = seen.embedding_key.split("/")[1]
        role = _role(linked, said)
        return Pictured(
            asset,
            sha256,
            seen.models,
            tuple(one.model_dump() for one in seen.colours),
            frozenset(skus),
            **words,
            role=role,
        )


def vector_key(sha256: str, model: str, version: str) -> str:
    """Where a model's vector of a picture lies."""
    return f"vectors/{sha256}/{model}-{version}.f16"


def _asset(key: str) -> str:
    return key.split("/")[1]


def _wanted(facets: Mapping[str, str]) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Asset → its newest version that has tags, and the etags of what is read of it."""
    return {asset: (version, _stamp(facets, asset, version)) for asset, version in _newest(facets).items()}


def _newest(facets: Iterable[str]) -> dict[str, int]:
    """Asset → its newest version that has tags."""
    newest: dict[str, int] = defaultdict(int)
    for key in facets:
        _, asset, *rest = key.split("/")
        if rest[-1] == "tags.json":
            newest[asset] = max(newest[asset], int(rest[0]))
    return newest


def _stamp(facets: Mapping[str, str], asset: str, version: int) -> tuple[str, ...]:
    places = ("tags", version), ("links", version), ("curation", 0)
    return tuple(facets.get(facet_object(asset, number, name), "") for name, number in places)


def _shown(links: LinksFacet, said: Mapping[str, object]) -> set[str]:
    """Products of sure links and of those that people made, less those that people rejected."""
    skus = {link.sku for link in links.links if link.confidence >= SURE}
    return (skus | _named(said, LINK, "confirmed") | _named(said, LINK, "linked")) - _named(said, LINK, "rejected")


def _role(links: LinksFacet, said: Mapping[str, object]) -> str:
    """What a person says, else what all sure links say."""
    rejected = _named(said, LINK, "rejected")
    roles = {link.role for link in links.links if link.confidence >= SURE and link.sku not in rejected}
    return str(said.get(ROLE) or "") or (roles.pop() if len(roles) == 1 else "")


def _named(said: Mapping[str, object], prefix: str, value: str) -> set[str]:
    return {name.removeprefix(prefix) for name, told in said.items() if name.startswith(prefix) and told == value}


async def _several(call: Callable[..., Awaitable[None]], arguments: Sequence[tuple[object, ...]]) -> None:
    """Some at a time: the store and the first waves have other work."""
    for start in range(0, len(arguments), AT_ONCE):
        await asyncio.gather(*(call(*one) for one in arguments[start : start + AT_ONCE]))
