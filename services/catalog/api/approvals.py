"""Approving and rejecting many at once: of each picture the version that waits for it.

Who says which version was looked at never approves another one that came meanwhile.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from schemas.curation import APPROVAL
from schemas.decision import Decision
from services.catalog.api.approval import APPROVED, Rejection
from services.catalog.api.bulk import AT_ONCE
from services.catalog.api.deps import Deps, Given, Text
from services.catalog.api.gate import Approver, all_seen
from services.catalog.api.roles import Identity
from services.catalog.api.saying import say_all
from services.catalog.once.ids import new_id
from services.catalog.queries.rows import Row, rows_of

router = APIRouter(prefix="/v1/approvals", tags=["decisions"])
_WAITING = "SELECT id, name, newest, live FROM catalog.asset WHERE id = ANY($1::text[]) AND approves"


class ApprovalsWanted(BaseModel):
    """Approved, or rejected with a reason."""

    assets: list[Text] = Field(min_length=1, max_length=AT_ONCE)
    versions: dict[Text, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict,
        max_length=AT_ONCE,
        description="Asset → the version that was looked at: where another one waits by now, the asset is skipped. Of "
        "assets without one, whatever waits is meant, seen or not",
        examples=[{"6f1d3f0e-8a4c-5b6d-9e2f-0a1b2c3d4e5f": 2}],
    )
    rejected: Rejection | None = Field(default=None, description="Why not; without it they are approved")


class Approved(BaseModel):
    """Kafka has it. Undo: POST /v1/batches/{batch}/undo, until the version is live."""

    batch: str
    fields: dict[str, str] = Field(description="Asset → field that was set, `approval:<version>`")
    skipped: list[str] = Field(
        description="Assets of which no version waits to be approved, or another one than was looked at"
    )
    causes: dict[str, str] = Field(default_factory=dict, description="Asset that was skipped → why")


@router.post("", status_code=202)
async def approve(deps: Given, who: Approver, wanted: ApprovalsWanted) -> Approved:
    """Of each of these pictures the version that waits to be approved; an approved one goes live within seconds."""
    rows, causes = await meant(deps, who, wanted)
    fields = {row["id"]: f"{APPROVAL}{row['newest']}" for row in rows}
    batch, now = new_id(), datetime.now(UTC)
    value = wanted.rejected.model_dump(exclude_none=True) if wanted.rejected else APPROVED
    said = [
        Decision(
            id=new_id(), entity=f"asset/{asset}", set={field: value}, batch=batch, by=who.name, at=now,
            why=wanted.rejected.reason if wanted.rejected else None,
        )
        for asset, field in fields.items()
    ]  # fmt: skip
    if said:
        await say_all(deps, said)
    return Approved(batch=batch, fields=fields, skipped=list(causes), causes=causes)


async def meant(deps: Deps, who: Identity, wanted: ApprovalsWanted) -> tuple[list[Row], dict[str, str]]:
    """Assets of which something is said (id, name, newest: the version, live), and asset → why nothing is said of it.

    Raises 404, 422.
    """
    assets = list(dict.fromkeys(wanted.assets))
    if not await all_seen(deps, who, assets):
        raise HTTPException(404, "Not all of these are pictures that you can see.")
    if strange := wanted.versions.keys() - set(assets):
        raise HTTPException(422, f"versions: {min(strange)!r:.60} is not among the assets.")
    async with deps.database.reading() as connection:
        rows = {row["id"]: row for row in rows_of(await connection.fetch(_WAITING, assets))}
    causes = _skipped(assets, {asset: int(row["newest"]) for asset, row in rows.items()}, wanted.versions)
    return [rows[asset] for asset in assets if asset not in causes], causes


def _skipped(assets: Iterable[str], waiting: Mapping[str, int], seen: Mapping[str, int]) -> dict[str, str]:
    """Asset → why nothing is said of it; waiting, seen: asset → version."""
    causes = {}
    for asset in assets:
        if asset not in waiting:
            causes[asset] = "No version of it waits to be approved."
        elif seen.get(asset, waiting[asset]) != waiting[asset]:
            causes[asset] = (
                f"Version {waiting[asset]} waits to be approved, and version {seen[asset]} was looked at. "
                "Look at it again."
            )
    return causes
