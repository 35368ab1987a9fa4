"""The list of products, a row a group, with the holes among their pictures."""

from functools import reduce
from typing import NamedTuple

from runtime.database import Database
from schemas.readiness import State
from services.catalog.channels.together import worse
from services.catalog.queries.brands import condition, named
from services.catalog.queries.cursor import decode_name, encode_name, of
from services.catalog.queries.filters import Where
from services.catalog.queries.lead import LEAD, PLACED, in_sight
from services.catalog.queries.part import within
from services.catalog.queries.products import ROLES
from services.catalog.queries.rows import Row, rows_of
from services.catalog.queries.verdicts import stands
from services.catalog.scope import EVERYTHING, Scope

_GROUPS = f"""
WITH sought AS (
  SELECT DISTINCT v.family FROM catalog.sold v {{media}}
  WHERE v.kind = 'product' AND v.family > {{after}} {{wanted}} ORDER BY v.family LIMIT {{limit}}
), variant AS MATERIALIZED (
  SELECT v.family AS id, v.sku, v.name, v.category, v.kind, m.main, coalesce(m.items, '[]') AS items
  FROM sought JOIN catalog.sold v USING (family)
  LEFT JOIN catalog.product_media m ON m.sku = v.sku AND m.status = 'active' {{own}}
), item AS MATERIALIZED (
  SELECT m.id, m.sku, m.kind, m.kind = 'model' AS of_model, {PLACED},
         a.id IS NULL AS there, a.id IS NULL {{seen}} AS shown
  FROM variant m CROSS JOIN jsonb_array_elements(m.items) WITH ORDINALITY i (value, n)
  LEFT JOIN catalog.asset a ON a.id = i.value ->> 'asset_id' AND a.live IS NULL
), had AS (
  SELECT id, sku, kind, array_agg(role) AS roles, bool_or(leads) AS led FROM item WHERE there GROUP BY id, sku, kind
), page AS (
  SELECT v.id, count(*) FILTER (WHERE v.kind = 'product') AS variants,
         count(*) FILTER (WHERE v.kind = 'product' AND h.led IS NOT TRUE) AS without_main,
         coalesce(max(name) FILTER (WHERE v.kind = 'model'), min(name)) AS name, min(category) AS category, {{counts}}
  FROM variant v LEFT JOIN had h ON (h.id, h.sku, h.kind) = (v.id, v.sku, v.kind) GROUP BY v.id
), picture AS (
  SELECT id, count(DISTINCT asset) FILTER (WHERE there) AS pictures,
         count(DISTINCT asset) FILTER (WHERE NOT there) AS waiting,
         count(DISTINCT asset) FILTER (WHERE there AND NOT role = ANY({{roles}})) AS others,
         array_agg(DISTINCT role) FILTER (WHERE there AND NOT role = ANY({{roles}})) AS other_roles,
         {LEAD} AS picture, bool_or(shown AND leads) AS led
  FROM item GROUP BY id
)
SELECT page.*, coalesce(pictures, 0) AS pictures, coalesce(waiting, 0) AS waiting, coalesce(others, 0) AS others,
       coalesce(other_roles, '{{}}') AS other_roles, picture, CASE WHEN led THEN picture END AS main
FROM page LEFT JOIN picture USING (id) ORDER BY id
"""  # noqa: S608 - the parts are ours
"""A picture that is not live yet is *unseen*: it fills no hole. Only what is on the page is looked at, in the order of
an index."""
_MATCH = "EXISTS (SELECT FROM catalog.sold s WHERE s.family = v.family AND s.said ILIKE {text})"
_MEDIA = "LEFT JOIN catalog.product_media m ON m.sku = v.sku AND m.status = 'active'"
_LACKS = """(m.sku IS NULL OR NOT ({roles}) OR m.sku IN (
  SELECT sku FROM catalog.product_media WHERE assets && ARRAY(SELECT id FROM catalog.asset WHERE live IS NULL)
) AND NOT EXISTS (
  SELECT FROM jsonb_array_elements(m.items) i WHERE ({item})
  AND NOT EXISTS (SELECT FROM catalog.asset a WHERE a.id = i ->> 'asset_id' AND a.live IS NULL)))"""
"""A variant's media say which roles they have; only where something of them is unseen, each is looked at."""
_HAS = {role: (f"'{role}' = ANY(m.roles)", f"i ->> 'role' = '{role}'") for role in ROLES} | {
    "main": (
        "m.main = ANY(m.assets) OR m.roles && '{main,front}'",
        "i ->> 'asset_id' = m.main OR i ->> 'role' IN ('main', 'front')",
    )
}
_STANDS = """EXISTS (
  SELECT FROM catalog.sold s JOIN catalog.verdict d ON d.sku = s.sku
  WHERE s.family = v.family AND s.kind = 'product' AND d.stands && {words}::text[] {brands})"""
_COUNTS = ", ".join(
    f"count(*) FILTER (WHERE v.kind = 'product' AND '{role}' = ANY(h.roles)) AS role_{role}" for role in ROLES
)


class Stands(NamedTuple):
    """The worst of the variants is that, on that channel, wherever."""

    channel: str
    state: State


class Page(NamedTuple):
    """Some groups, and the cursor of the next ones (None at the end)."""

    rows: list[Row]
    cursor: str | None


async def groups(
    database: Database,
    *,
    text: str = "",
    missing: str = "",
    on: Stands | None = None,
    limit: int = 60,
    cursor: str | None = None,
    scope: Scope = EVERYTHING,
) -> Page:
    """Product groups with `role_<role>`: how many variants have a picture in that role. What is not live yet is none.

    `pictures` are all of them, `waiting` those that are not live yet, `others` those in a role without a column,
    `picture` the one to show (lead.py), `main` the same where it is a main picture.

    `text` is looked for in SKU, name and GTIN; `missing` names a role that at least one variant lacks; `on`: what stood
    so when it was looked at last. scope: of its brands alone; pictures outside of it are counted and not shown.
    Raises BadCursor, Unavailable.
    """
    own = of("products", text, missing, on)
    asked = Where()
    parts = {"{after}": asked.mark(decode_name(cursor, own)), "{limit}": asked.mark(limit + 1)}
    brands = asked.mark(named(scope)) if scope.brands else ""
    parts |= {"{roles}": f"{asked.mark(list(ROLES))}::text[]", "{counts}": _COUNTS}
    parts |= {"{wanted}": _wanted(asked, text, missing, on, brands), "{media}": _MEDIA if missing in ROLES else ""}
    parts |= {
        "{own}": brands and f"WHERE v.kind = 'model' OR {condition('v', brands)}",
        "{seen}": in_sight(scope, asked.mark),
    }
    sql = reduce(lambda said, part: said.replace(*part), parts.items(), _GROUPS)
    async with database.reading() as connection:
        rows = rows_of(await connection.fetch(sql, *asked.values))
    return Page(rows[:limit], encode_name(rows[limit - 1]["id"], own) if len(rows) > limit else None)


def _wanted(asked: Where, text: str, missing: str, on: Stands | None, brands: str) -> str:
    """What a variant must fulfil. brands: the parameter of those that are seen; empty: all."""
    wanted = [condition("v", brands)] if brands else []
    if text.strip():
        wanted.append(_MATCH.replace("{text}", asked.mark(within(text))))
    if missing in ROLES:
        roles, item = _HAS[missing]
        wanted.append(_LACKS.replace("{roles}", roles).replace("{item}", item))
    if on:
        sold = _STANDS.replace("{brands}", brands and f"AND {condition('s', brands)}")
        wanted.append(sold.replace("{words}", asked.mark([stands(*on)])))
        if others := [stands(on.channel, one) for one in worse(on.state)]:
            wanted.append(f"NOT {sold.replace('{words}', asked.mark(others))}")
    return "".join(f" AND {one}" for one in wanted)
