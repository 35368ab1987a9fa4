"""Copies that are out of files that may not be given any more, and of which nobody was told yet. Raises Unavailable."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from runtime.database import Database
from schemas.decision import Decision
from schemas.recall import DONE, KIND, Recall

BY = "packshot"
_UNTOLD = """
WITH held AS (
  SELECT id, name, why, NULL::jsonb AS limits FROM catalog.closed
  UNION ALL
  SELECT id, name, 'It may not be shown there any more.', limits FROM catalog.narrowed
), fetched AS NOT MATERIALIZED (
  SELECT d.id, d.fields, d.fields ->> 'what' AS what, d.fields ->> 'by' AS who,
    (d.fields ->> 'version')::int AS version, (d.fields ->> 'at')::timestamptz AS at,
    concat_ws(', ', s.fields ->> 'name', (
      SELECT string_agg(preset, ', ') FROM jsonb_array_elements_text(d.fields -> 'presets') preset)) AS place,
    -- What was noted before downloads told it: of a share link, its own.
    coalesce(d.fields ->> 'market', s.fields ->> 'market', '') AS market,
    coalesce(d.fields ->> 'channel', s.fields ->> 'channel', '') AS channel
  FROM catalog.fact d LEFT JOIN catalog.fact s ON s.kind = 'share' AND s.id = d.fields ->> 'share'
  WHERE d.kind = 'download' AND (d.fields ->> 'what' <> 'file' OR d.fields ? 'share')
), out AS (
  SELECT c.id AS asset, c.name, c.why, 'download:' || d.id AS copy, d.what, d.who, d.version, d.at AS taken, d.place,
    d.market, d.channel
  FROM catalog.closed c JOIN fetched d ON d.fields -> 'assets' ? c.id
  UNION ALL -- from the side of those that are for somewhere: they are few, and what is limited may be all
  SELECT c.id, c.name, 'It may not be shown there any more.', 'download:' || d.id, d.what, d.who, d.version, d.at,
    d.place, d.market, d.channel
  FROM fetched d CROSS JOIN jsonb_array_elements_text(d.fields -> 'assets') own JOIN catalog.narrowed c ON c.id = own
  WHERE (d.market <> '' OR d.channel <> '') AND catalog.shut_out(c.limits, d.market, d.channel)
  UNION ALL
  SELECT c.id, c.name, c.why, u.key, 'use', u.value ->> 'by', NULL, (u.value ->> 'seen')::timestamptz,
    concat_ws(', ', u.value ->> 'place', nullif(u.value ->> 'channel', ''), nullif(u.value ->> 'market', '')),
    coalesce(u.value ->> 'market', ''), coalesce(u.value ->> 'channel', '')
  FROM held c JOIN catalog.facet k ON (k.asset_id, k.version, k.facet) = (c.id, 0, 'curation'),
    jsonb_each(k.data -> 'fields') u
  WHERE starts_with(u.key, 'used:') AND (c.limits IS NULL
    OR catalog.shut_out(c.limits, coalesce(u.value ->> 'market', ''), coalesce(u.value ->> 'channel', '')))
  UNION ALL -- a program's, one by one: one task, however often it fetched
  SELECT c.id, c.name, c.why, 'program:' || (d.fields ->> 'by'), 'file', d.fields ->> 'by',
    max((d.fields ->> 'version')::int), max((d.fields ->> 'at')::timestamptz),
    'one by one: ' || string_agg(DISTINCT preset, ', '), '', ''
  FROM catalog.closed c JOIN catalog.fact d ON d.kind = 'download' AND d.fields -> 'assets' ? c.id
    AND d.fields ->> 'what' = 'file' AND NOT d.fields ? 'share',
    jsonb_array_elements_text(d.fields -> 'presets') preset
  GROUP BY c.id, c.name, c.why, d.fields ->> 'by'
  UNION ALL
  SELECT c.id, c.name, c.why, 'feed:' || h.feed, 'feed', split_part(h.feed, '@', 2), max(h.version), max(h.at),
    concat_ws(': ', split_part(h.feed, '@', 1), string_agg(h.sku, ', ' ORDER BY h.sku)), max(h.market), max(h.channel)
  FROM held c JOIN catalog.handed h ON h.asset_id = c.id AND position('@' IN h.feed) > 0
    AND (c.limits IS NULL OR catalog.shut_out(c.limits, h.market, h.channel))
  GROUP BY c.id, c.name, c.why, h.feed
)
SELECT o.*, encode(sha256(convert_to(o.copy || ' ' || o.asset, 'UTF8')), 'hex') AS own FROM out o
WHERE o.taken BETWEEN '0001-01-02' AND '9999-12-30' AND NOT EXISTS (
  SELECT FROM catalog.fact t
  WHERE t.kind = 'recall' AND t.id = left(encode(sha256(convert_to(o.copy || ' ' || o.asset, 'UTF8')), 'hex'), 32)
    AND (NOT t.fields ? 'done' OR (t.fields #>> '{done,at}')::timestamptz >= o.taken OR o.taken > now()))
ORDER BY o.taken LIMIT $1
"""


class Copy(NamedTuple):
    """One copy, and the id of its task. told: what it is told by, once."""

    own: str
    recall: Recall
    told: str


async def untold(database: Database, most: int) -> list[Copy]:
    """The oldest of them."""
    async with database.reading() as connection:
        rows = await connection.fetch(_UNTOLD, most)
    now = datetime.now(UTC)
    return [
        Copy(
            row["own"][:32],
            Recall(
                asset=row["asset"],
                name=row["name"],
                what=row["what"],
                who=row["who"] or "",
                where=(row["place"] or "")[:500],
                market=row["market"],
                channel=row["channel"],
                version=row["version"],
                taken=row["taken"],
                why=row["why"],
                opened=now,
            ),
            row["taken"].isoformat(),
        )
        for row in rows
    ]


def opened(copies: Sequence[Copy]) -> list[Decision]:
    """A decision each: the same however often, and by whichever process, it is said of the same copy."""
    return [
        Decision(
            id=hashlib.sha256(f"{one.own} {one.told}".encode()).hexdigest()[:32],
            entity=f"{KIND}/{one.own}",
            set=one.recall.model_dump(mode="json", exclude={DONE}),
            clear=[DONE],
            by=BY,
            why=one.recall.why,
            at=one.recall.opened,
        )
        for one in copies
    ]
