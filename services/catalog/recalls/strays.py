"""Copies that people have of feeds and that would be given otherwise now: the picture was replaced, unlinked or
withdrawn, somebody said that it does not fit there, or the channel's rules block it. Nobody was told of them yet."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from runtime.database import Database
from schemas.recall import Recall
from services.catalog.recalls.copies import Copy

MOST_SKUS = 1000
NAMED = 5
"""Products that are named in words."""
WHY = {
    "withdrawn": "It was withdrawn: no version of it is live.",
    "unlinked": "It was unlinked from {skus}.",
    "limited": "Its link to {skus} is limited to other markets or channels.",
    "rejected": "Somebody said that it does not fit on {channel}.",
    "blocked": "The rules of {channel} do not let it through any more.",
    "replaced": "It was replaced: version {live} is live.",
}
"""Reason in `catalog.stray` → what is said."""
# Who has ticked that a copy is gone is asked about these products no more, whatever is otherwise with it next; who has
# ticked that it was replaced, only of the same version.
_UNTOLD = f"""
WITH copy AS (
  SELECT asset_id, feed, because, CASE because WHEN 'replaced' THEN live END AS instead, max(name) AS name,
    max(version) AS version, max(at) AS taken, max(market) AS market, max(channel) AS channel,
    max(of_channel) AS of_channel,
    (array_agg(sku ORDER BY sku))[1:{MOST_SKUS}] AS skus
  FROM catalog.stray WHERE position('@' IN feed) > 0 AND because = ANY($2::text[])
  GROUP BY asset_id, feed, because, 4
), named AS (
  SELECT *, ARRAY(SELECT left(encode(sha256(convert_to(feed || ' ' || asset_id || ' ' || b, 'UTF8')), 'hex'), 32)
    FROM unnest($2::text[]) b) AS owns FROM copy
)
SELECT n.*, n.owns[array_position($2::text[], n.because)] AS own, coalesce((SELECT revision FROM catalog.fact t
    WHERE t.kind = 'recall' AND t.id = n.owns[array_position($2::text[], n.because)]), 0) AS revision
FROM named n WHERE NOT EXISTS (
  SELECT FROM catalog.fact t CROSS JOIN LATERAL (
    SELECT t.fields ->> 'because' AS because, (t.fields #>> '{{done,at}}')::timestamptz >= n.taken AS done,
      (t.fields ->> 'live')::int IS NOT DISTINCT FROM n.instead AS same) was
  WHERE t.kind = 'recall' AND t.id = ANY(n.owns) AND t.fields -> 'skus' @> to_jsonb(n.skus) AND (
    was.because = n.because AND was.same AND NOT t.fields ? 'done'
    OR was.done AND (was.because <> 'replaced' OR n.because = 'replaced' AND was.same)))
ORDER BY n.taken LIMIT $1
"""  # noqa: S608


async def untold(database: Database, most: int) -> list[Copy]:
    """Some of them: a copy that is otherwise for one reason is one, of however many products. Raises Unavailable."""
    async with database.reading() as connection:
        rows = await connection.fetch(_UNTOLD, most, list(WHY))
    now = datetime.now(UTC)
    return [_copy(dict(row), now) for row in rows]


def _copy(row: dict[str, Any], now: datetime) -> Copy:
    feed, _, who = str(row["feed"]).partition("@")
    skus = _list(row["skus"])
    why = WHY[row["because"]].format(skus=skus, channel=row["of_channel"], live=row["instead"])
    recall = Recall(
        asset=row["asset_id"],
        name=row["name"],
        what="feed",
        who=who,
        where=f"{feed}: {skus}"[:500],
        market=row["market"],
        channel=row["channel"],
        version=row["version"],
        taken=row["taken"],
        why=why,
        because=row["because"],
        feed=row["feed"],
        skus=row["skus"],
        live=row["instead"],
        opened=now,
    )
    return Copy(row["own"], recall, f"{row['taken'].isoformat()} {row['revision']}")


def _list(skus: Sequence[str]) -> str:
    more = len(skus) - NAMED
    return ", ".join(skus[:NAMED]) + (f" and {more} more" if more > 0 else "")
