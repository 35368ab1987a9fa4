"""The part of the library that a key or a sign-in link is limited to, as an admin names it."""

from fastapi import HTTPException

from services.catalog.api.deps import Deps
from services.catalog.api.models_wanted import ScopeWanted
from services.catalog.api.uploads import checked_key
from services.catalog.queries.collections import one as one_collection
from services.catalog.scope import Scope


async def scope_of(deps: Deps, wanted: ScopeWanted) -> Scope:
    """Raises 422 for what is no folder's name, or no collection. Raises Unavailable."""
    try:
        folders = [checked_key(folder.strip("/")) for folder in wanted.folders]
    except ValueError as error:
        raise HTTPException(422, f"folders: {error}") from error
    for collection in wanted.collections:
        if await one_collection(deps.database, collection) is None:
            raise HTTPException(
                422, f"collections: there is none of the id {collection}. GET /v1/collections tells them."
            )
    return Scope(tuple(folders), tuple(wanted.brands), tuple(wanted.collections))
