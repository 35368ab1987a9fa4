"""Requests → facts: `link.requests` gives an asset its links, `media.requests` a SKU its media."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

import asyncpg

from runtime.assets import announced, failed, is_wanted, read_facet, standing
from runtime.database import Database
from runtime.deliver import Saying
from runtime.fence import look
from runtime.objects import Bucket
from runtime.records import Draft, facet_draft
from runtime.steps import step
from schemas.facet import Facet, facet_object
from schemas.file import FileFacet
from schemas.groups import is_group
from schemas.links import Evidence, Link, LinksFacet
from schemas.product import Limits, MediaItem, ProductMedia, media_object
from schemas.roles import ROLE, ROLES
from schemas.topics import PRODUCT_MEDIA
from schemas.work import LinkRequest, MediaRequest
from services.linker import frames, rows
from services.linker import match as matching
from services.linker.editions import joined
from services.linker.evidence import evidence_at, typo_keys
from services.linker.following import in_sequence
from services.linker.group_rows import inherited
from services.linker.listed import Listed
from services.linker.media import Media, MediaLink, model_media, variant_media
from services.linker.product_rows import candidates, looks_of, sharing
from services.linker.product_rows import product as product_of
from services.linker.reach import limited, reaching
from services.linker.reading import named, with_reading
from services.linker.renaming import PERSON, moved, renamed, under_new_names
from services.linker.rules import Reading
from services.linker.slots import with_slot
from services.linker.warm import Warmth

CHOSEN = -1
"""Position of what a person put into its role."""


@dataclass(frozen=True)
class Deps:
    """What the handlers work with."""

    database: Database
    warmth: Warmth
    library: Bucket
    public_url: str = ""
    """How the world reaches public delivery; without it, addresses are paths."""


async def link(request: LinkRequest, deps: Deps) -> Saying:
    """Compare one asset with the products that share a key with it: each version that is or may become wanted."""
    await deps.warmth.wait()
    async with deps.database.reading() as db:
        wanted = await rows.versions_of(db, request.asset_id)
        if not wanted:
            return
        seen = {n: await look(deps.library, facet_object(request.asset_id, n, "links")) for n in wanted}
        known = await rows.asset(db, request.asset_id)
        fields = json.loads(known[0]["fields"])
        people = {name.removeprefix(PERSON): said for name, said in fields.items() if name.startswith(PERSON)}
        products = await candidates(db, request.asset_id, sorted(people))
        called = renamed(people, products)
        people = under_new_names(people, called)
        found = {one["version"]: await _found(db, request.asset_id, one, products) for one in known}
    for before, product in called.items():
        yield moved(request.asset_id, fields, before, product)
    for version in known:
        links = _said_of(version, found[version["version"]], people, fields)
        if version["version"] in seen:  # one that came meanwhile has a request of its own
            step("linker.matched")
            facet = _links_facet(request.asset_id, version["version"], links)
            yield replace(facet, seen=seen[version["version"]])
            step("linker.said")
    if known[-1]["joins"]:
        async with deps.database.reading() as db:
            edition = await joined(db, request.asset_id, known, links)
        if edition:
            yield edition


def _said_of(
    version: asyncpg.Record, found: matching.Match, people: dict[str, Any], fields: dict[str, Any]
) -> LinksFacet:
    """All that is known of one version: what is found, what is said beside it, and people's word over both."""
    facts, reading = json.loads(version["facts"]), reading_of(version)
    links = decided(reaching(found, facts, reading), people, fields.get(ROLE))
    return limited(with_slot(links, found, version["name"]), facts, reading, fields)


def reading_of(version: asyncpg.Record) -> Reading | None:
    """What a naming rule reads in its name."""
    return Reading.model_validate_json(version["ruled"]) if version["ruled"] else None


async def _found(
    db: asyncpg.Connection, asset_id: str, version: asyncpg.Record, products: list[Listed]
) -> matching.Match:
    """By what it says of itself and what is read in it; where that may not be all, by the frames before it.

    A slip counts only where nothing names a product exactly, so only then is asked what it may mean.
    """
    seen = json.loads(version["seen"])
    said = evidence_at(version["name"], json.loads(version["facts"]), reading_of(version))
    alone = matching.match(said, products)
    if alone.says_nothing and (typos := typo_keys(said)):
        products = list({one.sku: one for one in (*products, *await sharing(db, typos))}.values())
        alone = matching.match(said, products)
    found = matching.match(with_reading(said, seen), products) if named(seen) else alone
    if alone.links or alone.conflicts:
        return found
    frame = await frames.frame(db, asset_id, version["version"])
    return await in_sequence(db, frame, found) if frame else found


def decided(found: matching.Match, people: dict[str, Any], role: str | None = None) -> LinksFacet:
    """A machine's findings under people's decisions, which it never overwrites. role: given by a person."""
    links = {one.sku: _link(one) for one in found.links if people.get(one.sku) != "rejected"}
    suggested = {one.sku: _link(one) for one in found.suggestions}
    suggestions = [one for sku, one in suggested.items() if sku not in people]
    for sku, word in people.items():
        if word in ("confirmed", "linked"):
            said = Evidence(
                kind="person", detail="Confirmed by a person" if word == "confirmed" else "Linked by a person"
            )
            machine = links.get(sku) or suggested.get(sku) or Link(sku=sku, role=found.role.role, confidence=1.0)
            links[sku] = machine.model_copy(update={"confidence": 1.0, "evidence": [*machine.evidence, said]})
    conflicts = [
        {
            "skus": skus,
            "options": [list(option) for option in c.options],
            "cause": c.cause,
            "evidence": [{"kind": e.kind, "detail": e.detail} for e in c.evidence],
        }
        for c in found.conflicts
        if (skus := _open(c, people))
    ]
    shown = [_as(role, links[sku]) for sku in sorted(links)]
    return LinksFacet(links=shown, suggestions=suggestions, conflicts=conflicts)


def _as(role: str | None, link: Link) -> Link:
    """In the role that a person gave it, before others of that role."""
    if role not in ROLES:
        return link
    said = Evidence(kind="person", detail=f"A person gave it the role {role}")
    return link.model_copy(update={"role": role, "position": CHOSEN, "evidence": [*link.evidence, said]})


def _open(conflict: matching.Conflict, people: dict[str, Any]) -> list[str]:
    """The SKUs that are still to be decided between: none where people chose one, or rejected all, or all but one."""
    if any(people.get(sku) in ("confirmed", "linked") for sku in conflict.skus):
        return []
    rest = [sku for sku in conflict.skus if people.get(sku) != "rejected"]
    return rest if len(rest) > 1 or rest == list(conflict.skus) else []


def _link(one: matching.Link) -> Link:
    return Link(
        sku=one.sku,
        role=one.role,
        confidence=one.confidence,
        evidence=[Evidence(kind=e.kind, detail=e.detail) for e in one.evidence],
        level=one.level,
        look=list(one.look),
        position=one.position,
    )


async def link_failed(request: LinkRequest, error: BaseException, deps: Deps) -> Saying:
    """Before a request is buried: nobody waits for these links any more. Links that are there stay."""
    found = await standing(deps.library, request.asset_id)
    for version in range(1, found.newest + 1):
        file = await read_facet(deps.library, request.asset_id, version, "file")
        event = announced(request.asset_id, version, FileFacet.model_validate(file.data)) if file else None
        if event is not None and await is_wanted(deps.library, event, found):
            yield failed(event, "links", error)


def _links_facet(asset_id: str, version: int, links: LinksFacet) -> Draft[Facet]:
    now = datetime.now(UTC)

    def make(revision: int) -> Facet:
        return Facet(
            asset_id=asset_id,
            version=version,
            facet="links",
            revision=revision,
            status="done",
            written=now,
            data=links.model_dump(mode="json"),
        )

    return facet_draft(make)


async def media(request: MediaRequest, deps: Deps) -> Saying:
    """Put one SKU's media together from its links."""
    await deps.warmth.wait()
    seen = await look(deps.library, media_object(request.sku))
    async with deps.database.reading() as db:
        product = await product_of(db, request.sku)
        parent = product.parent if product else ""
        links = await rows.links_of(db, [request.sku, parent] if parent else [request.sku])
        order = await rows.order_of(db, request.sku, product.formerly if product else ())
        model = await product_of(db, parent) if parent else None
        campaigns = await inherited(db, product, model)
        looks = await looks_of(db, request.sku) if product and product.kind == "model" else set()
    own, shared = ([row for row in links if row["sku"] == sku] for sku in (request.sku, parent))
    if product is None:
        items: tuple[Media, ...] = ()  # a person's link to it stays, for the day when it comes again
    elif product.kind == "model":
        items = model_media(map(_media_link, own), order, map(_media_link, campaigns), looks)
    else:
        items = variant_media(map(_media_link, own), map(_media_link, shared), order, map(_media_link, campaigns))
    known = {row["asset_id"]: row for row in (*own, *shared, *campaigns)}
    found = [_media_item(item, known[item.asset], deps.public_url) for item in items]
    step("linker.media-found")
    yield replace(_media_draft(request.sku, product is not None, found), seen=seen)


def _media_link(row: dict[str, Any]) -> MediaLink:
    look = tuple((axis, value) for axis, value in json.loads(row["look"]))
    limits = Limits.model_validate_json(row["limits"]) if row["limits"] else None
    via = row["sku"] if is_group(row["sku"]) else ""
    own = (row["asset_id"], row["role"], row["confidence"], row["position"])
    return MediaLink(*own, look, row["name"], via, limits)


def _media_item(item: Media, row: dict[str, Any], public_url: str) -> MediaItem:
    return MediaItem(
        asset_id=item.asset,
        version=row["version"],
        role=item.role,
        confidence=round(item.confidence, 3),
        inherited=bool(item.inherited),
        via=item.via,
        limits=item.limits,
        state="live" if row["live"] else "pending",
        url=f"{public_url.rstrip('/')}/a/{item.asset}/{{preset}}?v={row['version']}" if row["live"] else "",
    )


def _media_draft(sku: str, active: bool, items: list[MediaItem]) -> Draft[ProductMedia]:
    now = datetime.now(UTC)
    main = next((item.asset_id for item in items if item.role in ("main", "front")), None)

    def make(revision: int) -> ProductMedia:
        status: Literal["active", "removed"] = "active" if active else "removed"
        return ProductMedia(sku=sku, revision=revision, status=status, main=main, items=items, written=now)

    return Draft(PRODUCT_MEDIA, sku, media_object(sku), ProductMedia, make)
