"""What the library knows: pictures with a stored vector, the products that they are linked to, and people's word.

Reads the bucket, which is the archive; changes nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from runtime.assets import read_facet
from runtime.objects import Bucket
from schemas.facet import CurationFacet, LinksFacet, TagsFacet
from schemas.product import Product
from services.tagger.taught.linked import EYES, PALETTE, Linked, agreed, palette_of

AT_ONCE = 16
SURE = 0.9
"""A link below this is not believed enough to learn from."""
TAG, LINK = "tag:", "link:"


async def linked_pictures(library: Bucket, version: str) -> list[Linked]:
    """Every picture with a sure link and a vector of that version of the model."""
    products = await _products(library)
    newest: dict[str, int] = defaultdict(int)
    for info in await library.listing("facets/"):
        _, asset, *rest = info.key.split("/")
        if rest[-1] == "tags.json":
            newest[asset] = max(newest[asset], int(rest[0]))
    found: list[Linked] = []
    assets = sorted(newest.items())
    for start in range(0, len(assets), AT_ONCE):
        batch = [
            _picture(library, version, products, asset, number) for asset, number in assets[start : start + AT_ONCE]
        ]
        found += [one for one in await asyncio.gather(*batch) if one is not None]
    return found


async def _products(library: Bucket) -> dict[str, Product]:
    keys = [info.key for info in await library.listing("products/")]
    found = {}
    for start in range(0, len(keys), AT_ONCE):
        for stored in await asyncio.gather(*(library.get(key) for key in keys[start : start + AT_ONCE])):
            product = Product.model_validate_json(stored.body) if stored else None
            if product and product.status == "active":
                found[product.sku] = product
    return found


async def _picture(
    library: Bucket, version: str, products: Mapping[str, Product], asset: str, number: int
) -> Linked | None:
    tags, links = await read_facet(library, asset, number, "tags"), await read_facet(library, asset, number, "links")
    if tags is None or links is None or tags.status != "done":
        return None
    seen = TagsFacet.model_validate(tags.data)
    stored = await library.get(seen.embedding_key) if seen.embedding_key else None
    if stored is None or seen.models.get(EYES) != version:
        return None
    curation = await read_facet(library, asset, 0, "curation")
    said = CurationFacet.model_validate(curation.data).fields if curation else {}
    shown = _shown(LinksFacet.model_validate(links.data), said, products)
    if not shown:
        return None
    rejected = {name.removeprefix(TAG) for name, value in said.items() if name.startswith(TAG) and value == "rejected"}
    values = {name: value for name, value in agreed(shown).items() if value not in rejected}
    vector = np.frombuffer(stored.body, "<f2").astype(np.float32)
    return Linked({EYES: vector, PALETTE: palette_of(seen.colours)}, values, shown[0].parent or shown[0].sku)


def _shown(links: LinksFacet, said: Mapping[str, object], products: Mapping[str, Product]) -> list[Product]:
    """Products of sure links and of those that people made, less those that people rejected."""
    skus = {link.sku for link in links.links if link.confidence >= SURE}
    for name, value in said.items():
        if name.startswith(LINK):
            (skus.discard if value == "rejected" else skus.add)(name.removeprefix(LINK))
    return [products[sku] for sku in sorted(skus) if sku in products]
