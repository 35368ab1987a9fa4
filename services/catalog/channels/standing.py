"""What was told last of all products on all channels, and how a new look differs from it. Pure.

Kept in 16 parts by the hash of the SKU: a part is one object, judged whole and written whole.
"""

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, Field
from pydantic_core import from_json, to_json

from schemas.readiness import MOST_REASONS, ReadinessChanged, Reason, State
from services.catalog.channels.verdict import Finding, Readiness

PARTS = "0123456789abcdef"
READY: State = "ready"


def part_of(sku: str) -> str:
    """As PostgreSQL's `left(md5(sku), 1)`."""
    return hashlib.md5(sku.encode(), usedforsecurity=False).hexdigest()[0]


def place_of(channel: str, market: str) -> str:
    """`amazon`, `amazon/de`."""
    return f"{channel}/{market}" if market else channel


def parts_of(place: str) -> tuple[str, str]:
    """Channel, and market or empty."""
    channel, _, market = place.partition("/")
    return channel, market


class Verdict(NamedTuple):
    """What is told of a product in one place."""

    state: State
    since: date
    reasons: tuple[Reason, ...] = ()

    @classmethod
    def of(cls, found: Readiness) -> Self:
        """The first of what makes it so."""
        return cls(found.state, found.since, tuple(_reasons(found))[:MOST_REASONS])

    @property
    def short(self) -> str:
        """`blocked least ground`."""
        return " ".join([self.state, *dict.fromkeys(one.rule for one in self.reasons)])


Seen = Mapping[str, Mapping[str, Verdict]]
"""SKU → place → verdict."""


class Part(BaseModel):
    """channels: all that these products were judged on; untold: what is written and perhaps not said yet."""

    channels: list[str] = Field(default_factory=list)
    said: dict[str, dict[str, str]] = Field(default_factory=dict)
    untold: list[ReadinessChanged] = Field(default_factory=list)

    @classmethod
    def read(cls, body: bytes) -> Self:
        """From its object: what is not of one product, then a line for each. In a thread, it lets others go on."""
        head, *lines = gzip.decompress(body).split(b"\n")
        part = cls.model_validate_json(head)
        part.said.update(from_json(line) for line in lines)
        return part

    def body(self) -> bytes:
        """The same part gives the same bytes."""
        head = self.model_dump_json(exclude_none=True, exclude={"said"}).encode()
        return gzip.compress(b"\n".join([head, *map(to_json, self.said.items())]), mtime=0)


class Next(NamedTuple):
    """A part as it is now, and what of it is news."""

    part: Part
    news: list[ReadinessChanged]


def followed(before: Part | None, seen: Seen, channels: Iterable[str], now: datetime, *, whole: bool) -> Next:
    """before: None where this part was never judged: nothing of it is news then, as nothing is on a new channel.

    whole: `seen` is all products of the part; what is not among them is not for sale any more.
    """
    known = set(before.channels) if before else set[str]()
    said = dict(before.said) if before else {}
    news: list[ReadinessChanged] = []
    for sku in dict.fromkeys([*seen, *said]) if whole else seen:
        places = seen.get(sku, {})
        news += [one for one in _news(sku, said.get(sku, {}), places, now) if one.channel in known]
        if places:
            said[sku] = {place: one.short for place, one in places.items()}
        else:
            said.pop(sku, None)
    judged = sorted(set(channels) if whole else known)
    return Next(Part.model_construct(channels=judged, said=said, untold=[]), news)  # of a million, to check takes long


def _news(
    sku: str, said: Mapping[str, str], places: Mapping[str, Verdict], now: datetime
) -> Iterator[ReadinessChanged]:
    """A market that nothing names is told what everybody is; a first word is news only where it is ready."""
    for place in dict.fromkeys([*places, *said]):
        channel, market = parts_of(place)
        was, *rules = (said.get(place) or said.get(channel) or "-").split()
        verdict = places.get(place) or places.get(channel)
        before, after = None if was == "-" else was, verdict.state if verdict else None
        if before == after or (None in (before, after) and READY not in (before, after)):
            continue
        told: dict[str, Any] = {"before": before, "after": after, "rules_before": rules, "changed": now}
        if verdict:
            told |= {"since": verdict.since, "reasons": list(verdict.reasons)}
        yield ReadinessChanged.model_validate({"sku": sku, "channel": channel, "market": market, **told})


def _reasons(found: Readiness) -> Iterator[Reason]:
    """Findings that are as bad as the whole."""
    for place in found.places if found.state != READY else ():
        of: list[tuple[str | None, Finding]] = [(None, one) for one in place.findings]
        of += [(picture.asset_id, one) for picture in place.pictures for one in picture.findings]
        for asset, one in of:
            if one.state == found.state:
                yield Reason(slot=place.slot, rule=one.rule, cause=one.cause, asset_id=asset)
