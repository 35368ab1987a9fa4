"""Many products on channels, as of a day, for a market."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from schemas.limits import Audience, choose
from schemas.rights import reach
from services.catalog.channels.candidate import Candidate
from services.catalog.channels.judge import Product, judge
from services.catalog.channels.model import Channel
from services.catalog.channels.naming import Ids
from services.catalog.channels.verdict import Readiness
from services.catalog.queries.readiness import Of


def survey(
    channel: Channel,
    found: Mapping[str, Sequence[Of]],
    ids: Mapping[str, Ids],
    *,
    market: str = "",
    day: date,
    trusting: bool = False,
) -> Iterator[Readiness]:
    """One verdict a SKU, in their order. `found`: SKU → its media. `ids`: what it is known by. trusting: see `judge`.

    Raises LookupError where no rules hold that day.
    """
    rules = channel.on(day)
    if rules is None:
        raise LookupError(f"{channel.title} has no rules on {day}; its first are of {channel.rules[0].since}.")
    for sku, of in found.items():
        by_asset = {one.item.asset_id: one.candidate for one in of}
        audience = Audience(market, "", channel.audience)
        out = [replace(one.candidate, barred=why) for one in of if (why := _barred(one.candidate, audience))]
        barred = {one.asset_id for one in out}
        choice = choose((one.item for one in of if one.item.asset_id not in barred), audience)
        # Of two mains, one is a further picture for this audience. What rights keep back is told, behind the others.
        shown = [*(by_asset[item.asset_id].as_role(item.role) for item in choice.items), *out]
        verdict = judge(channel, rules, Product(sku, shown, ids.get(sku, Ids()).at(market)), day, trusting=trusting)
        yield verdict.model_copy(update={"market": market, "notes": choice.notes})


def _barred(candidate: Candidate, audience: Audience) -> str:
    """Why its rights keep it from this audience, in words; empty where they do not."""
    return candidate.barred or reach(candidate.rights, audience) or ""
