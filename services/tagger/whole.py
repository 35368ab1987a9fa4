"""Where a classifier says nothing of the middle of a picture, it looks again, at all of it: both looks decide."""

import pyvips

from services.tagger.labels import Label, decide, together
from services.tagger.problems import Looks
from services.tagger.subject import Classified


def looked_again(picture: pyvips.Image, eyes: Classified, looks: Looks) -> list[Label]:
    """What the mean of both looks says, by the same thresholds: none of them is lowered. picture: 8-bit sRGB, 3 bands.

    Only pictures of which nothing is said pay for it, about one in three.
    """
    card = eyes.model.card
    seen = looks.see(eyes.model, padded(picture, card.input.crop)).logits
    if seen is None:
        return []
    return decide(together(eyes.logits, seen, card.decision.temperature), eyes.words, card.decision, card.name)


def padded(picture: pyvips.Image, crop: float) -> pyvips.Image:
    """A square that holds all of the picture, also when only its middle `crop` is kept; its edges run on outwards."""
    side = -int(-max(picture.width, picture.height) // crop)
    return picture.gravity("centre", side, side, extend="copy")
