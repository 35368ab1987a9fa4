"""Fills the linker's view from compacted topics and asks for what each change touches.

A row is committed before anything is matched against it, in another transaction: whichever of a product and its picture
comes second finds the first.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import PurePosixPath

import asyncpg

from runtime.database import Database
from runtime.projection import Change
from runtime.publisher import Outgoing
from schemas.facet import Facet, FileFacet, LinksFacet
from schemas.product import Product
from schemas.topics import LINK_REQUESTS, MEDIA_REQUESTS
from schemas.work import LinkRequest, MediaRequest
from services.linker import rows
from services.linker.evidence import AssetEvidence, keys_of, read_evidence
from services.linker.products import product_keys

Publish = Callable[[Outgoing], Awaitable[object]]


def evidence_of(file: FileFacet) -> AssetEvidence:
    """All that a file says of itself."""
    path = PurePosixPath(file.key)
    folder = "" if str(path.parent) == "." else str(path.parent)
    return read_evidence(path.name, folder, {**file.embedded, **file.sidecar})


class Filling:
    """`apply` and `then` of the linker's projection."""

    def __init__(self, database: Database, publish: Publish) -> None:
        self._db, self._publish = database, publish
        self._assets: set[str] = set()
        self._keys: set[str] = set()
        self._skus: set[str] = set()

    async def apply(self, db: asyncpg.Connection, changes: Sequence[Change]) -> None:
        """Rows of one batch; what they touch is kept for `then`."""
        self._assets, self._keys, self._skus = set(), set(), set()
        for change in changes:
            if isinstance(change.message, Product):
                await self._product(db, change.message)
            elif isinstance(change.message, Facet):
                await self._facet(db, change.message)

    async def _product(self, db: asyncpg.Connection, product: Product) -> None:
        if product.kind in ("product", "model") and product.sku:
            touched = await rows.put_product(db, product, product_keys(product))
            if touched:
                self._keys |= touched
                self._skus |= {product.sku} | ({product.parent} if product.parent else set())

    async def _facet(self, db: asyncpg.Connection, facet: Facet) -> None:
        if facet.facet == "file" and facet.status == "done":
            file = FileFacet.model_validate(facet.data)
            if await rows.put_asset(db, facet, file, keys_of(evidence_of(file))):
                self._assets.add(facet.asset_id)
        elif facet.facet == "curation" and await rows.put_curation(db, facet):
            self._assets.add(facet.asset_id)
        elif facet.facet == "links":
            self._skus |= await rows.put_links(db, facet, LinksFacet.model_validate(facet.data))

    async def then(self, changes: Sequence[Change]) -> None:
        """Ask for what the committed rows touch. Asked again after a crash; asking twice changes nothing."""
        if self._keys:
            async with self._db.transaction() as db:
                self._assets |= set(await rows.assets_named(db, self._keys))
        for asset_id in sorted(self._assets):
            await self._publish(Outgoing(LINK_REQUESTS, asset_id, LinkRequest(asset_id=asset_id)))
        for sku in sorted(self._skus):
            await self._publish(Outgoing(MEDIA_REQUESTS, sku, MediaRequest(sku=sku)))
