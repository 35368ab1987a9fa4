"""One reading is no proof: a bar code of a blurred photograph passes its check digit by chance one time in ten.

What bars say counts when several ways to look at the place agree, and hardly any says something else there. Square
codes correct their own errors and do not need it.
"""

from dataclasses import dataclass, field

from services.tagger.codes_meaning import Meaning
from services.tagger.codes_passes import Box

CERTAIN = ("data-matrix", "gs1-data-matrix", "qr-code", "gs1-qr-code")
WEAK = ("ean-8", "upc-e", "itf-14")
"""Little to check: half as many digits, or bars that part of a longer code looks like."""
RIVALS = 3
"""So many times more points than anything else at the same place."""
AS_IT_IS, SHARPENED = 2, 1
"""Points of a way. All misreadings that we have seen were of sharpened pictures."""


@dataclass
class Votes:
    """Points of all ways that gave that meaning, and where the first of them saw it."""

    box: Box
    points: int = 0


@dataclass
class Ballot:
    """All that was read in one picture."""

    cast: dict[Meaning, Votes] = field(default_factory=dict)

    def add(self, meanings: dict[Meaning, Box], points: int) -> None:
        """What one way to look has given."""
        for meaning, box in meanings.items():
            self.cast.setdefault(meaning, Votes(box)).points += points

    def won(self) -> list[tuple[Meaning, Box]]:
        """What counts."""
        return [(meaning, votes.box) for meaning, votes in self.cast.items() if self._counts(meaning, votes)]

    def has(self, within: Box) -> bool:
        """Whether anything was read there."""
        return any(_meet(votes.box, within) for votes in self.cast.values())

    def is_open(self, within: Box) -> bool:
        """Whether more looks could tell more at that place: nothing has won there, or something may yet."""
        here = [(meaning, votes) for meaning, votes in self.cast.items() if _meet(votes.box, within)]
        return not here or any(not self._counts(m, v) and not self._beaten(m, v) for m, v in here)

    def _counts(self, meaning: Meaning, votes: Votes) -> bool:
        return meaning.format in CERTAIN or (
            votes.points >= needed(meaning) and all(votes.points >= RIVALS * other for other in self._others(meaning))
        )

    def _beaten(self, meaning: Meaning, votes: Votes) -> bool:
        return any(other >= RIVALS * votes.points for other in self._others(meaning))

    def _others(self, meaning: Meaning) -> list[int]:
        box = self.cast[meaning].box
        return [v.points for m, v in self.cast.items() if m != meaning and _meet(v.box, box)]


def needed(meaning: Meaning) -> int:
    """Points that it must have: two ways at least, three where all are sharpened."""
    if meaning.format in CERTAIN:
        return 1
    return 4 if meaning.format in WEAK else 3


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
