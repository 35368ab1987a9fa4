"""How the products of a list stand on channels: a mark a channel, and all of them in a few words. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.readiness import State
from services.catalog.channels.model import Channel
from services.catalog.channels.together import States, Together, together
from services.catalog.channels.verdict import WORST
from services.catalog.page.words import FIT_WORDS

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
    titles = {one.channel: one.title for one in channels}
    marks = [
        Mark(one.channel, titles[one.channel], one.state, f"{titles[one.channel]}: {_share(one)}")
        for one in together(titles, variants)
    ]
    return Standing(marks, " · ".join(_summary(marks))) if marks else None


def _share(told: Together) -> str:
    like, every = told.variants[told.state], sum(told.variants.values())
    return FIT_WORDS[told.state].lower() + (f", {like} of {every} variants" if like < every else "")


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
