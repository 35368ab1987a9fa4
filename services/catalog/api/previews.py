"""What a bulk decision would change, before anybody takes it."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.catalog.api.approvals import ApprovalsWanted, meant
from services.catalog.api.bulk import BulkWanted, may_be, must_hold
from services.catalog.api.decisions import GOES_ON
from services.catalog.api.deps import Given
from services.catalog.api.gate import Approver, Editor
from services.catalog.curation import LINK, TAG
from services.catalog.queries import batches, ended
from services.catalog.queries.assets import some
from services.catalog.queries.rows import Row
from services.catalog.queries.scope import seen

router = APIRouter(prefix="/v1", tags=["decisions"])
SAMPLE = 20


class ChangeItem(BaseModel):
    """One asset before and after; a field that is in neither is nobody's decision there.

    `before` has what holds now, be it decided or found: of `role` the roles of its links; of `tag:` and `link:` it is
    `found`, `linked` or `suggested` where only machines say so.
    """

    asset: str
    name: str
    before: dict[str, Any]
    after: dict[str, Any]


class RefusedItem(BaseModel):
    """An asset that cannot be decided about, and why."""

    asset: str
    cause: str


class Preview(BaseModel):
    """Nothing was decided."""

    changes: int = Field(description="Assets that would be decided otherwise than now")
    same: int = Field(description="Assets of which all of it is decided so already")
    refused: list[RefusedItem] = Field(description="With one of these the bulk decision is refused as a whole")
    sample: list[ChangeItem] = Field(description=f"The first {SAMPLE} that would change")


class ToSayItem(BaseModel):
    """One version that would be approved or rejected."""

    asset: str
    name: str
    version: int
    live: int | None = Field(description="The version that shops see until then")


class SkippedItem(BaseModel):
    """An asset of which nothing would be said, and why."""

    asset: str
    name: str
    cause: str


class ApprovalsPreview(BaseModel):
    """Nothing was said."""

    changes: int = Field(description="Assets of which a version would be approved or rejected")
    skipped: list[SkippedItem]
    sample: list[ToSayItem] = Field(description=f"The first {SAMPLE} of which one would be")


@router.post("/approvals/preview")
async def preview_approvals(deps: Given, who: Approver, wanted: ApprovalsWanted) -> ApprovalsPreview:
    """What POST /v1/approvals with the same body would say: how many, of which versions, and whom it skips and why."""
    rows, causes = await meant(deps, who, wanted)
    names = {row["id"]: row["name"] for row in await some(deps.database, list(causes))}
    skipped = [SkippedItem(asset=asset, name=names.get(asset, ""), cause=cause) for asset, cause in causes.items()]
    sample = [ToSayItem(asset=row["id"], name=row["name"], version=row["newest"], live=row["live"]) for row in rows]
    return ApprovalsPreview(changes=len(rows), skipped=skipped, sample=sample[:SAMPLE])


@router.post("/decisions/preview")
async def preview(deps: Given, who: Editor, wanted: BulkWanted) -> Preview:
    """What POST /v1/decisions with the same body would change: how many, some of them before and after, who not."""
    may_be(wanted)
    assets = list(dict.fromkeys(wanted.assets))
    within = await seen(deps.database, who.scope, assets)
    shown = {row["id"]: row for row in await some(deps.database, assets) if row["id"] in within}
    refused = [RefusedItem(asset=asset, cause="There is no such asset.") for asset in assets if asset not in shown]
    if not who.scope.limited:  # one that was purged has no card, and is decided about all the same
        known = await ended.known_of(deps.database, [one.asset for one in refused])
        merged = await ended.merged_of(deps.database, list(known))
        refused = [one for one in refused if one.asset not in known]
        refused += [RefusedItem(asset=asset, cause=GOES_ON.format(heir)) for asset, heir in merged.items()]
    left = [asset for asset in assets if asset not in {one.asset for one in refused}]
    await must_hold(deps, who, wanted, left)
    standing = await batches.standing(deps.database, [f"asset/{asset}" for asset in left])
    changes = []
    for asset in left:
        before = {name: value for name, value in standing[f"asset/{asset}"].items() if name in _named(wanted)}
        after = {name: value for name, value in before.items() if name not in wanted.clear} | wanted.set
        if before != after:
            name = shown[asset]["name"] if asset in shown else ""
            changes.append(ChangeItem(asset=asset, name=name, before=before, after=after))
    sample = changes[:SAMPLE]
    links = await batches.links_of(deps.database, [one.asset for one in sample])
    for one in sample:
        found = _found(shown.get(one.asset), links.get(one.asset, {}))
        one.before = {name: found[name] for name in wanted.set if name in found} | one.before
    return Preview(changes=len(changes), same=len(left) - len(changes), refused=refused, sample=sample)


def _found(card: Row | None, links: Mapping[str, str]) -> dict[str, str]:
    """Field → what holds where nobody has decided it."""
    if card is None:
        return {}
    found = {f"{TAG}{label}": "found" for label in card["labels"]}
    found |= {f"{LINK}{sku}": standing for sku, standing in links.items()}
    return found | ({"role": ", ".join(card["roles"])} if card["roles"] else {})


def _named(wanted: BulkWanted) -> set[str]:
    return {*wanted.set, *wanted.clear}
