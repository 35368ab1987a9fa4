"""What is answered about an asset that has ended: that it was there, what became of it, and the way back."""

import json
from datetime import datetime
from typing import Any

from fastapi import HTTPException

from runtime.objects import Bucket
from schemas.curation import PURGE
from schemas.head import ENDED_NOTE
from services.catalog.api.deps import Deps
from services.catalog.queries import ended as queries
from services.catalog.queries.ended import Ended

TAKE_BACK = {"clear": [PURGE]}
"""Body of the decision that takes a purge back."""
RECENT = 50
"""Decisions that are looked through for the one that purged it."""


class Gone(HTTPException):
    """410 for what was purged, 308 for what was merged into another; `more` are the problem's own members."""

    def __init__(self, ended: Ended, by: str) -> None:
        self.ended, self.by = ended, by
        if ended.state == "merged" and ended.merged_into:
            at = f"/v1/assets/{ended.merged_into}"
            super().__init__(308, f"The asset {ended.merged_into} goes on with its picture.", {"Location": at})
            self.more: dict[str, Any] = {"merged_into": ended.merged_into}
            return
        super().__init__(410, _told(ended, by))
        where = f"/v1/assets/{ended.asset_id}/decisions"
        self.more = {
            "purged": {"at": ended.at.isoformat(), "by": by, "why": ended.reason or "", "key": ended.key},
            "take_back": {"method": "POST", "url": where, "body": TAKE_BACK},
        }


class Deleted(HTTPException):
    """410 for what the collector has ended; `deleted` is the proof, from the archive."""

    def __init__(self, proof: dict[str, Any]) -> None:
        self.proof = proof
        left = [sha256 for sha256, there in proof["originals"].items() if there]
        whose = (
            "Some of its bytes are still kept: other files have the same, or the collector has not come to them."
            if left
            else "Its bytes are gone."
        )
        at = day(datetime.fromisoformat(proof["at"]))
        super().__init__(410, f"It was purged, and deleted for good on {at}: {proof['records']} records. {whose}")
        self.more: dict[str, Any] = {"deleted": proof}


def _told(ended: Ended, by: str) -> str:
    who, why = f" by {by}" if by else "", f": {ended.reason}" if ended.reason else ""
    return (
        f"It was purged{who} on {day(ended.at)}{why.rstrip('.')}. Until the collector has ended it, seven days later "
        f'where PACKSHOT_KEEP_DAYS says nothing else, {{"clear": ["{PURGE}"]}} as a decision takes the purge back.'
    )


def day(time: datetime) -> str:
    """`25 November 2026`."""
    return time.strftime("%-d %B %Y")


async def missing(deps: Deps, asset_id: str) -> HTTPException:
    """What to raise where an asset has no card: it has ended, or was never there. Raises Unavailable."""
    ended = await queries.ended(deps.database, asset_id)
    if ended is None:
        proof = await _proof(deps.library, asset_id)
        return Deleted(proof) if proof else HTTPException(404, "There is no asset of this id.")
    return Gone(ended, await _who(deps.library, asset_id) if ended.state == "purged" else "")


async def _proof(library: Bucket, asset_id: str) -> dict[str, Any] | None:
    """What the collector noted; each original with whether its bytes are there still, asked now."""
    found = [one for one in await library.listing(f"history/asset/{asset_id}/") if one.key.endswith(ENDED_NOTE)]
    stored = await library.get(found[-1].key) if found else None
    if stored is None:
        return None
    told: dict[str, Any] = json.loads(stored.body)
    there = {sha256: await library.head(f"originals/{sha256}") is not None for sha256 in told["originals"]}
    return {"at": told["at"], "key": told["key"], "records": told["records"], "originals": there}


async def _who(library: Bucket, asset_id: str) -> str:
    """Who purged it last, from the archive; empty where that does not say."""
    found = await library.listing(f"history/asset/{asset_id}/")
    for info in reversed(found[-RECENT:]):
        stored = await library.get(info.key)
        body = json.loads(stored.body) if stored else {}
        if PURGE in (body.get("set") or {}):
            return str(body.get("by") or "")
    return ""
