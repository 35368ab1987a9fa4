"""A text as it is searched for: its meaning is asked before any of its words is taken for a misspelt one."""

from dataclasses import replace

from services.catalog.api.deps import Deps
from services.catalog.queries.assets import nearer, settled
from services.catalog.queries.filters import Filters
from services.catalog.queries.sought import as_mended
from services.catalog.said.operators import parted
from services.catalog.said.understood import understood


async def searched(deps: Deps, asked: Filters) -> Filters:
    """The filters with what finds something. What was mended means what the right words mean. Raises Unavailable."""
    said = understood(parted(asked.text).words)
    asked = replace(asked, near=await deps.near(said.meant, asked))
    asked = await settled(deps.database, asked, await deps.known(word for term in said.terms for word in term.words))
    if asked.sought is None or not asked.sought.instead:
        return asked
    return await nearer(deps.database, asked, await deps.near(as_mended(asked.sought), asked))
