"""How the products of a list stand on channels: a mark a channel, and all of them in a few words. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.readiness import State
from services.catalog.channels.model import Channel
from services.catalog.channels.verdict import WORST, worst
from services.catalog.page.words import FIT_WORDS
from services.catalog.queries.verdicts import States

NAMED = 2
"""So many channels are called by their names; more are counted."""


class Mark(NamedTuple):
    """On one channel. state: the worst of its variants, wherever."""

    channel: str
    title: str
    state: State
    words: str


class Standing(NamedTuple):
    """words: `Blocked: Amazon · Ready on 7`."""

    marks: list[Mark]
    words: str


def standing(channels: Iterable[Channel], variants: Sequence[States]) -> Standing | None:
    """In the order of the channels. variants: of each what was told by place. None where nothing was told yet."""
    found = [_by_channel(states) for states in variants]
    marks = []
    for channel in channels:
        if told := [states[channel.channel] for states in found if channel.channel in states]:
            state = worst(told)
            marks.append(Mark(channel.channel, channel.title, state, f"{channel.title}: {_share(state, told)}"))
    return Standing(marks, " · ".join(_summary(marks))) if marks else None


def _by_channel(states: States) -> dict[str, State]:
    """The worst of what is told for everybody, and in each market that is told apart."""
    found: dict[str, State] = {}
    for place, state in states.items():
        channel = place.partition("/")[0]
        found[channel] = worst((state, found[channel])) if channel in found else state
    return found


def _share(state: State, told: Sequence[State]) -> str:
    like = sum(one == state for one in told)
    return FIT_WORDS[state].lower() + (f", {like} of {len(told)} variants" if like < len(told) else "")


def _summary(marks: Sequence[Mark]) -> Iterable[str]:
    """The worst first."""
    counted = Counter(one.state for one in marks)
    for state in reversed(WORST):
        titles = [one.title for one in marks if one.state == state]
        if not titles:
            continue
        if len(counted) == 1:
            yield f"{FIT_WORDS[state]} on all {len(titles)}" if len(titles) > 1 else f"{FIT_WORDS[state]}: {titles[0]}"
        elif state == "ready" or len(titles) > NAMED:
            yield f"{FIT_WORDS[state]} on {len(titles)}"
        else:
            yield f"{FIT_WORDS[state]}: {', '.join(titles)}"
