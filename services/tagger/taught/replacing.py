"""Whether newly learnt tags may take the place of those that are there."""

from pathlib import Path

from services.tagger.taught.head import HeadCard, card_path, standing
from services.tagger.taught.learn import Learnt


def worse_than(learnt: Learnt, folder: Path, about: str = "") -> HeadCard | None:
    """The card that stays: the same tags, and better on held-back examples by more than chance. None where it goes."""
    before = standing(card_path(folder, about))
    if before is None or set(before.tags) != set(learnt.tags):
        return None  # other words are another question, and somebody asked it
    chance = (before.top1 * (1 - before.top1) / max(learnt.examples, 1)) ** 0.5
    return before if learnt.figures.top1 < before.top1 - chance else None
