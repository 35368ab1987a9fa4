"""Asks the view what stands around a frame: what the code before it says, and the frames of its burst."""

import json

import asyncpg

from schemas.groups import is_group
from services.linker import bursts, frames
from services.linker.burst import MOST, Witness, is_near, shared
from services.linker.candidate_rows import called, candidates, together
from services.linker.deciding import decided
from services.linker.evidence import AssetEvidence
from services.linker.frames import Frame
from services.linker.itself import itself, people_of
from services.linker.match import Match, match
from services.linker.reading import sources_of
from services.linker.renaming import renamed, under_new_names
from services.linker.sequence import Coded, as_code_frame, follows, opens


async def in_sequence(db: asyncpg.Connection, frame: Frame, found: Match) -> Match:
    """What a frame whose name says nothing shows, by its place: it follows a code, or it is the code."""
    first = await frames.first(db, frame.run)
    if first is None or not (await _code(db, first)).links:
        return found  # this shoot does not begin with a code: it has no code frames
    before = await _before(db, frame)
    if not (await _code(db, frame)).links:
        return follows(found, frame.taken, before) if before else found
    if opens(found, before.found if before else None) and await _has_followers(db, frame):
        return as_code_frame(found)
    return found


async def _before(db: asyncpg.Connection, frame: Frame) -> Coded | None:
    for one in await frames.read_before(db, frame):
        shown = await _code(db, one)
        if shown.links:
            return Coded(one.name.rpartition("/")[2], one.taken, shown)
    return None


async def _has_followers(db: asyncpg.Connection, frame: Frame) -> bool:
    """Where each package is photographed once, each shows its code, and none was taken for it."""
    after = await frames.after(db, frame)
    return after is not None and not (await _code(db, after)).links


async def _code(db: asyncpg.Connection, frame: Frame) -> Match:
    """What is read in it, alone."""
    evidence = AssetEvidence("", sources_of(frame.seen))
    return match(evidence, await candidates(db, frame.asset_id) if evidence.sources else [])


async def in_burst(db: asyncpg.Connection, frame: Frame, found: Match) -> Match:
    """What a frame shows of which nothing speaks, not even a code before it, by the frames of its burst."""
    around = await bursts.around(db, frame) if frame.taken else []
    near = [one for one in around if is_near((frame.name, frame.taken), (one["name"], one["taken"]))]
    if len(around) > MOST:
        return found
    return shared(found, frame.taken, [await _witness(db, one) for one in near])


async def _witness(db: asyncpg.Connection, frame: asyncpg.Record) -> Witness:
    """What it says of itself, and never what it has learnt of others."""
    people = people_of(json.loads(frame["fields"]))
    products = together(await candidates(db, frame["asset_id"]), await called(db, people))
    people = under_new_names(people, renamed(people, products))
    said = decided((await itself(db, frame, products)).found, people, products=products)
    links = tuple(link for link in said.links if not is_group(link.sku))
    return Witness(frame["name"], frame["taken"], links, bool(said.conflicts))
