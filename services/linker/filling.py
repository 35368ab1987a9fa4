"""Fills the linker's view from compacted topics, and asks for what each change touches.

A row is committed before anything is matched against it, in another transaction: whichever of a product and its picture
comes second finds the first.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import asyncpg

from runtime.broker import Record
from runtime.database import Database
from runtime.outage import ride_out
from runtime.projection import Change
from runtime.publisher import Outgoing
from runtime.steps import step
from schemas.decision import Fact
from schemas.facet import Facet
from schemas.file import LIST_TYPE, FileFacet
from schemas.groups import is_group
from schemas.head import HeadFacet
from schemas.links import LinksFacet
from schemas.product import PRODUCT, Product
from schemas.tags import TAGS_LATER, TagsLaterFacet
from schemas.topics import ASSET_METADATA, LINK_REQUESTS, MEDIA_REQUESTS
from schemas.work import LinkRequest, MediaRequest
from services.linker import asset_rows, bursts, curation_rows, frames, gone_rows, link_rows, todo_rows
from services.linker.available import turned
from services.linker.editions import joining
from services.linker.evidence import AssetEvidence, evidence_at, facts_of, keys_of
from services.linker.group_rows import members, with_campaigns
from services.linker.product_rows import Put, asked_keys, put_products, with_media
from services.linker.reading import reading_keys, seen_in
from services.linker.renaming import PERSON
from services.linker.rules import Reading
from services.linker.ruling import rules_of
from services.linker.sequence import place_of

Publish = Callable[[Outgoing], Awaitable[object]]
FACETS = frozenset({b"file", b"head", b"curation", b"links", TAGS_LATER.encode()})
"""Those that the view is made of."""
AT_ONCE = 1000
TOGETHER_S = 0.05
ANYWAY_S = 5.0


def concerns(record: Record) -> bool:
    """Whether a record says anything to the view: most facets are of renditions and tags."""
    return record.topic != ASSET_METADATA.name or (record.key or b"").rpartition(b"/")[2] in FACETS


def evidence_of(file: FileFacet, ruled: Reading | None = None) -> AssetEvidence:
    """All that a file says of itself. ruled: what a naming rule reads in its name."""
    return evidence_at(file.key, facts_of(file), ruled)


class Filling:
    """`apply` and `committed` of the linker's projection."""

    def __init__(self) -> None:
        self.touched = asyncio.Event()

    async def apply(self, db: asyncpg.Connection, changes: Sequence[Change]) -> None:
        """Rows of one batch, and with them in one transaction what they touch."""
        todo = await self._products(db, [c.message for c in changes if isinstance(c.message, Product)])
        for change in changes:
            if isinstance(change.message, Facet):
                todo |= await self._facet(db, change.message)
            elif isinstance(change.message, Fact) and change.message.kind == PRODUCT:
                fresh = await curation_rows.put_product_curation(db, change.message)
                todo |= {("sku", change.message.id)} if fresh else set()
            elif change.message is None and change.record.topic == ASSET_METADATA.name:
                todo |= await self._tombstone(db, (change.record.key or b"").decode())
        await todo_rows.put_todo(db, todo)

    async def _products(self, db: asyncpg.Connection, products: Sequence[Product]) -> set[tuple[str, str]]:
        """What they touch is looked up when it is asked for: a picture that is being put now is seen then."""
        linkable = [one for one in products if one.kind in ("product", "model") and one.sku]
        put = await put_products(db, linkable) if linkable else Put([], [], set())
        left = [one.sku for one in put.changed if one.status != "active"]  # another may have been called so
        renamed = [f"{PERSON}{sku}" for sku in (*left, *(sku for one in put.changed for sku in one.formerly))]
        decided = await curation_rows.decided_about(db, renamed) if renamed else []
        touched = {("product", one.key) for one in put.changed} | {("key", key) for key in put.gone}
        touched |= {("grouped", one.key) for one in put.regrouped}
        return touched | {("asset", asset) for asset in decided}

    async def _facet(self, db: asyncpg.Connection, facet: Facet) -> set[tuple[str, str]]:
        if facet.facet == "file" and facet.status == "done":
            file = FileFacet.model_validate(facet.data)
            if file.media_type == LIST_TYPE:
                return set()  # a list of a folder: it shows no product, it speaks of the files that do
            ruled = (await rules_of(db)).read(file.key)
            left = await _left(db, facet, file) if facet.revision > 1 else set()
            fresh = await asset_rows.put_asset(db, facet, file, keys_of(evidence_of(file, ruled)), ruled)
            return {("asset", facet.asset_id)} | left if fresh else set()
        if facet.facet == "head":
            changed = await link_rows.put_head(db, facet, HeadFacet.model_validate(facet.data))
            return {("sku", sku) for sku in changed or ()}
        if facet.facet == "curation":
            return {("asset", facet.asset_id)} if await curation_rows.put_curation(db, facet) else set()
        if facet.facet == TAGS_LATER and facet.status == "done":
            seen = seen_in(TagsLaterFacet.model_validate(facet.data))
            fresh = await asset_rows.put_reading(db, facet, seen, reading_keys(seen))
            return {("code", facet.asset_id)} if fresh else set()
        if facet.facet == "links":
            links = LinksFacet.model_validate(facet.data)
            touched = {("sku", sku) for sku in await link_rows.put_links(db, facet, links)}
            return touched | {("asset", asset) for asset in await joining(db, facet.asset_id, links.slot)}
        return set()

    async def _tombstone(self, db: asyncpg.Connection, key: str) -> set[tuple[str, str]]:
        """`<asset>/<version>/<facet>` or `<asset>/<facet>`: the asset was purged."""
        asset_id, _, rest = key.partition("/")
        version, _, name = rest.rpartition("/")
        left = await _around(db, asset_id) if name in ("file", "curation", TAGS_LATER) else set()
        return left | {("sku", sku) for sku in await gone_rows.forget_facet(db, asset_id, int(version or 0), name)}

    def committed(self) -> None:
        """Whoever asks may look."""
        self.touched.set()


async def _left(db: asyncpg.Connection, facet: Facet, file: FileFacet) -> set[tuple[str, str]]:
    """What a frame of a shoot leaves behind that is somewhere else now."""
    stood = await asset_rows.place(db, facet.asset_id, facet.version)
    return await _around(db, facet.asset_id) if stood and stood != place_of(file) else set()


async def _around(db: asyncpg.Connection, asset_id: str) -> set[tuple[str, str]]:
    """The other frames that may have learnt their product of this one; asked while its rows stand."""
    concerned = {*await frames.concerned(db, [asset_id], []), *await bursts.concerned(db, [asset_id])}
    return {("asset", one) for one in concerned - {asset_id}}


class Asking:
    """Asks for what committed rows touch, a moment later and together: pictures of one product come in a row."""

    def __init__(self, database: Database, publish: Publish, touched: asyncio.Event) -> None:
        self._db, self._publish, self._touched = database, publish, touched
        self._stopping = asyncio.Event()
        self._turned = -ANYWAY_S

    def stop(self) -> None:
        """End after the running round; what is noted and not asked is asked at the next start."""
        self._stopping.set()
        self._touched.set()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.is_set():
            self._touched.clear()
            await ride_out(self._turn)
            while await ride_out(self._ask):
                pass
            try:
                await asyncio.wait_for(self._touched.wait(), ANYWAY_S)
            except TimeoutError:
                continue  # another process may have died between noting and asking
            await asyncio.sleep(TOGETHER_S)

    async def _turn(self) -> None:
        """Note what time alone has changed, once in a while."""
        if (now := time.monotonic()) - self._turned < ANYWAY_S:
            return
        async with self._db.transaction() as db:
            await todo_rows.put_todo(db, [("sku", sku) for sku in await turned(db)])
        self._turned = now

    async def _ask(self) -> bool:
        async with self._db.transaction() as db:
            todo = await todo_rows.take_todo(db, AT_ONCE)
            if todo:
                step("linker.todo-taken")
            codes = {name for kind, name in todo if kind == "code"}
            assets = {name for kind, name in todo if kind == "asset"} | codes
            products = [name for kind, name in todo if kind == "product"]
            keys = [name for kind, name in todo if kind == "key"]
            keys += await asked_keys(db, products) if products else []
            assets |= set(await asset_rows.assets_named(db, keys)) if keys else set()
            assets |= set(await frames.concerned(db, assets, codes)) | set(await bursts.concerned(db, assets))
            skus = {name for kind, name in todo if kind == "sku"}
            skus |= set(await with_media(db, products)) if products else set()
            grouped = [name for kind, name in todo if kind in ("grouped", "product")]
            skus |= await with_campaigns(db, grouped) if grouped else set()
            if groups := set(filter(is_group, skus)):
                skus = skus - groups | await members(db, groups)
            asked = [Outgoing(LINK_REQUESTS, name, LinkRequest(asset_id=name)) for name in sorted(assets)]
            asked += [Outgoing(MEDIA_REQUESTS, sku, MediaRequest(sku=sku)) for sku in sorted(skus)]
            await asyncio.gather(*map(self._publish, asked))
            if todo:
                step("linker.asked")
        return len(todo) == AT_ONCE
