"""How a product stands on each channel: a line a channel, a cell for what looks alike, and markets apart. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from schemas.readiness import State
from services.catalog.channels.model import Channel, RuleSet
from services.catalog.channels.naming import Ids
from services.catalog.channels.shot_list import Same, Shot, shots
from services.catalog.channels.survey import survey
from services.catalog.channels.verdict import Finding, Place, Readiness, worst
from services.catalog.page.looks import Look
from services.catalog.queries.readiness import Of


class Known(NamedTuple):
    """SKU → its media, and what channels know it by."""

    media: Mapping[str, Sequence[Of]]
    ids: Mapping[str, Ids]


class Verdict(NamedTuple):
    """Of what looks alike, in one market or (empty) for whoever asks; shots: pictures that are still to be taken."""

    market: str
    told: Readiness
    shots: list[Shot]


class Cell(NamedTuple):
    """title: which look; verdicts: the first for who is asked for, then those of markets that differ from it."""

    title: str
    verdicts: list[Verdict]

    @property
    def state(self) -> State:
        """The worst of its markets."""
        return worst(one.told.state for one in self.verdicts)


class Line(NamedTuple):
    """One channel that has rules that day."""

    channel: Channel
    cells: list[Cell]

    @property
    def state(self) -> State:
        """The worst of its cells."""
        return worst(cell.state for cell in self.cells)

    @property
    def why(self) -> str:
        """The first of what makes it so; empty where nothing is in the way."""
        places = (place for cell in self.cells for one in cell.verdicts for place in one.told.places)
        findings = (one for place in places for one in (*place.findings, *_of_pictures(place)))
        return next((one.cause for one in findings if one.state == self.state != "ready"), "")


def _of_pictures(place: Place) -> Iterator[Finding]:
    return (finding for picture in place.pictures for finding in picture.findings)


def on_channels(
    channels: Iterable[Channel],
    columns: Sequence[Look],
    found: Known,
    markets: Sequence[str],
    day: date,
    there: set[str] | None = None,
) -> list[Line]:
    """In the order of the channels. found: of the first variant of each look. there: pictures that may be looked at.

    markets: the first is the one that is asked for (empty: whoever asks), others are told where they differ from it.
    """
    ruled = [(channel, rules) for channel in channels if (rules := channel.on(day))]
    return [Line(channel, _cells(channel, rules, columns, found, markets, day, there)) for channel, rules in ruled]


def _cells(
    channel: Channel,
    rules: RuleSet,
    columns: Sequence[Look],
    found: Known,
    markets: Sequence[str],
    day: date,
    there: set[str] | None,
) -> list[Cell]:
    of = {look.skus[0]: found.media[look.skus[0]] for look in columns}
    told: dict[str, list[Readiness]] = {}
    for market in markets:
        judged = survey(channel, of, found.ids, market=market, day=day)
        told[market] = [one if there is None else one.veiled(there) for one in judged]
    cells = []
    for place, look in enumerate(columns):
        same = Same(tuple(look.skus), look.variants[0].name)
        asked, *others = (told[market][place] for market in markets)
        shown = [asked, *(one for one in others if _differ(one, asked))]
        cells.append(Cell(look.title, [Verdict(one.market, one, shots(same, [(one, rules)])) for one in shown]))
    return cells


def _differ(one: Readiness, other: Readiness) -> bool:
    return (one.state, one.places) != (other.state, other.places)
