"""How products stood on channels when they were last looked at, for lists: nothing is judged when somebody asks."""

import json
from collections.abc import Collection, Mapping
from types import MappingProxyType

from runtime.database import Database
from schemas.readiness import State
from services.catalog.channels.together import States, by_channel
from services.catalog.queries.brands import condition, named
from services.catalog.scope import EVERYTHING, Scope

_KEEP = """
INSERT INTO catalog.verdict AS v SELECT sku, states, string_to_array(stands, ' '), blocked
FROM unnest($1::text[], $2::jsonb[], $3::text[], $4::jsonb[]) AS told (sku, states, stands, blocked)
ON CONFLICT (sku) DO UPDATE
SET states = excluded.states, stands = excluded.stands, blocked = excluded.blocked, since = now()
WHERE (v.states, v.blocked) <> (excluded.states, excluded.blocked)
"""
_OF = """
WITH variant AS MATERIALIZED (
  SELECT family, sku FROM catalog.sold v WHERE kind = 'product' AND family = ANY($1::text[]) {brands}
)
SELECT family, states FROM catalog.verdict JOIN variant USING (sku) WHERE sku = ANY(ARRAY(SELECT sku FROM variant))
"""
"""By an array: PostgreSQL takes a page's variants for a third of all, and would read all verdicts to join them."""


async def keep(
    database: Database,
    found: Mapping[str, States],
    gone: Collection[str] = (),
    blocked: Mapping[str, Mapping[str, Collection[str]]] = MappingProxyType({}),
) -> None:
    """found: by SKU. gone: SKUs that are not for sale any more. blocked: by SKU and place, assets that the rules block.

    Raises Unavailable.
    """
    skus = sorted(found)  # several processes look at the same ones: in one order none waits for the other
    async with database.transaction() as connection:
        told = [" ".join(stands(*one) for one in by_channel(found[sku]).items()) for sku in skus]
        states = [json.dumps(found[sku]) for sku in skus]
        shut = [json.dumps({place: sorted(of) for place, of in blocked.get(sku, {}).items()}) for sku in skus]
        await connection.execute(_KEEP, skus, states, told, shut)
        await connection.execute("DELETE FROM catalog.verdict WHERE sku = ANY($1::text[])", sorted(gone))


async def of_families(
    database: Database, families: Collection[str], scope: Scope = EVERYTHING
) -> dict[str, list[States]]:
    """Family (a model's SKU, or a product's own) → each of its variants that was looked at. Raises Unavailable.

    scope: variants of its brands alone.
    """
    sql = _OF.replace("{brands}", f"AND {condition('v', '$2')}" if scope.brands else "")
    async with database.reading() as connection:
        rows = await connection.fetch(sql, list(families), *([named(scope)] if scope.brands else []))
    found: dict[str, list[States]] = {}
    for row in rows:
        found.setdefault(row["family"], []).append(json.loads(row["states"]))
    return found


def stands(channel: str, state: State) -> str:
    """How the view says it, to find it by: `amazon=blocked`."""
    return f"{channel}={state}"
