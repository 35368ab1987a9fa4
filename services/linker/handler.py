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
from schemas.own_file import given_for
from schemas.roles import ROLE
from schemas.work import LinkRequest
from services.linker import asset_rows, frames
from services.linker.candidate_rows import called, known, together
from services.linker.deciding import decided
from services.linker.editions import joined
from services.linker.following import in_burst, in_sequence
from services.linker.itself import itself, people_of, reading_of
from services.linker.listed import Listed
from services.linker.match import Match
from services.linker.reach import limited, reaching
from services.linker.renaming import moved, one_each, renamed, under_new_names
from services.linker.roles import Role
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
        versions, products = await known(db, request.asset_id)
        if not versions:
            return  # purged meanwhile
        fields = json.loads(versions[0]["fields"])
        people = people_of(fields)
        products = together(products, await called(db, people))
        otherwise = renamed(people, products)
        people = under_new_names(people, otherwise)
        found = {one["version"]: await _found(db, request.asset_id, one, products, people) for one in versions}
    for before, product in one_each(otherwise).items():
        yield moved(request.asset_id, fields, before, product)
    for version in versions:
        links = _said_of(version, found[version["version"]], people, fields, products)
        if version["version"] in seen:  # one that came meanwhile has a request of its own
            step("linker.matched")
            facet = _links_facet(request.asset_id, version["version"], links)
            yield replace(facet, seen=seen[version["version"]])
            step("linker.said")
    if versions[-1]["joins"]:
        async with deps.database.reading() as db:
            edition = await joined(db, request.asset_id, versions, links)
        if edition:
            yield edition


def _said_of(
    version: asyncpg.Record, found: Match, people: dict[str, Any], fields: dict[str, Any], products: list[Listed]
) -> LinksFacet:
    """All that is known of one version: what is found, what is said beside it, and people's word over both."""
    facts, reading = json.loads(version["facts"]), reading_of(version)
    found = found if given_for(version["name"]) else reaching(found, facts, reading)
    links = decided(found, people, fields.get(ROLE), products)
    return limited(with_slot(links, found, version["name"]), facts, reading, fields)


async def _found(
    db: asyncpg.Connection,
    asset_id: str,
    version: asyncpg.Record,
    products: list[Listed],
    people: dict[str, Any],
) -> Match:
    """By what it says of itself and what is read in it; where that is not all, by the frames around it.

    A frame whose product people have told learns nothing of its burst. A file that was given for a preset of another
    asset shows no product by itself: that asset does.
    """
    if given_for(version["name"]):
        return Match(Role("main", named=False))
    alone, found = await itself(db, version, products)
    frame = None if alone.links or alone.conflicts else await frames.frame(db, asset_id, version["version"])
    if frame is None:
        return found
    found = await in_sequence(db, frame, found)
    told = any(word in ("confirmed", "linked") for word in people.values())
    return await in_burst(db, frame, found) if found.says_nothing and not told else found


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
