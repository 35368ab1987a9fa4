"""Keys for programs: made by an admin, kept as a fact that holds only a hash of each, known by the view."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from services.catalog.api.deps import Given, Text
from services.catalog.api.gate import Admin, at_least
from services.catalog.api.models_wanted import ScopeWanted
from services.catalog.api.roles import Role
from services.catalog.api.saying import say
from services.catalog.api.wanted_scope import scope_of
from services.catalog.queries.keys import KIND, hashed

router = APIRouter(prefix="/v1/keys", tags=["keys"], dependencies=[Depends(at_least("admin"))])


class KeyWanted(ScopeWanted):
    """A new key."""

    name: Text = Field(min_length=1, max_length=80, description="Who uses it: it stands beside each change")
    role: Role = Field(description="What it may", examples=["viewer"])
    days: Annotated[int, Field(strict=True, ge=1, le=3650, description="So long it opens")] = 365


class KeyItem(BaseModel):
    """A key without its secret."""

    id: str
    name: str
    role: Role
    folders: list[str]
    brands: list[str] = []
    collections: list[str] = []
    expires: datetime
    revoked: bool


class KeyMade(KeyItem):
    """A new key. It opens once the view knows it, within seconds."""

    key: str = Field(description="Shown this once: only a hash of it is kept")


@router.post("", status_code=201)
async def make_key(deps: Given, who: Admin, wanted: KeyWanted) -> KeyMade:
    """A key for a program. Keep it: it is not shown again."""
    own, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    scope = await scope_of(deps, wanted)
    expires = datetime.now(UTC) + timedelta(days=wanted.days)
    fields = {"name": wanted.name, "role": wanted.role, **scope._asdict(), "expires": expires.isoformat()}
    await say(deps, who.name, f"{KIND}/{own}", {**fields, "hash": hashed(secret)})
    return KeyMade.model_validate({**fields, "id": own, "revoked": False, "key": f"pk_{own}_{secret}"})


@router.get("")
async def list_keys(deps: Given) -> list[KeyItem]:
    """All keys, the newest first, the revoked ones too."""
    async with deps.database.reading() as connection:
        rows = await connection.fetch("SELECT id, fields FROM catalog.fact WHERE kind = $1 ORDER BY written DESC", KIND)
    known = [(row["id"], json.loads(row["fields"])) for row in rows]
    return [
        KeyItem.model_validate({**fields, "id": own, "revoked": bool(fields.get("revoked"))}) for own, fields in known
    ]


@router.delete("/{key_id}", status_code=202)
async def revoke_key(deps: Given, who: Admin, key_id: Text) -> None:
    """It opens nothing any more once the view knows it, within seconds. Nobody can take that back."""
    async with deps.database.reading() as connection:
        known = await connection.fetchval("SELECT true FROM catalog.fact WHERE kind = $1 AND id = $2", KIND, key_id)
    if not known:
        raise HTTPException(404, "There is no key of this id. GET /v1/keys tells them.")
    await say(deps, who.name, f"{KIND}/{key_id}", {"revoked": True})
