"""How a product stands on channels: its variants together, and all markets of a channel. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from schemas.readiness import State
from services.catalog.channels.verdict import WORST, worst

States = Mapping[str, State]
"""Place (`amazon`, `amazon/de`) → what is told there."""


class Together(NamedTuple):
    """On one channel. state: the worst of its variants; variants: how many stand how."""

    channel: str
    state: State
    variants: Mapping[State, int]


def together(channels: Iterable[str], variants: Sequence[States]) -> list[Together]:
    """In the order of the channels, those where something was told. variants: of each what was told by place."""
    found = [by_channel(states) for states in variants]
    told = ((name, Counter(states[name] for states in found if name in states)) for name in channels)
    return [Together(name, worst(counts), counts) for name, counts in told if counts]


def by_channel(states: States) -> dict[str, State]:
    """The worst of what is told for everybody, and in each market that is told apart."""
    found: dict[str, State] = {}
    for place, state in states.items():
        channel = place.partition("/")[0]
        found[channel] = worst((state, found[channel])) if channel in found else state
    return found


def worse(state: State) -> Sequence[State]:
    """Those that it must not be anywhere to be the worst of all."""
    return WORST[WORST.index(state) + 1 :]
