"""Requests → facts: `link.requests` gives an asset its links."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

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
from schemas.links import LinksFacet
from schemas.roles import ROLE
from schemas.work import LinkRequest
from services.linker import asset_rows, frames
from services.linker import match as matching
from services.linker.deciding import decided
from services.linker.editions import joined
from services.linker.evidence import evidence_at, typo_keys
from services.linker.following import in_sequence
from services.linker.listed import Listed
from services.linker.product_rows import candidates, sharing
from services.linker.reach import limited, reaching
from services.linker.reading import named, with_reading
from services.linker.renaming import PERSON, moved, renamed, under_new_names
from services.linker.rules import Reading
from services.linker.slots import with_slot
from services.linker.warm import Warmth


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
        wanted = await asset_rows.versions_of(db, request.asset_id)
        if not wanted:
            return
        seen = {n: await look(deps.library, facet_object(request.asset_id, n, "links")) for n in wanted}
        known = await asset_rows.asset(db, request.asset_id)
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
