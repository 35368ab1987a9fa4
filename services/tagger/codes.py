"""Codes: one look at the whole picture; where bars seem to be, more looks until several agree. See docs/models.md."""

from typing import Any

import cv2
import numpy as np

from services.tagger.codes_meaning import Meaning, meaning
from services.tagger.codes_passes import Box, Cut, Reading, read, resized, seen, upright, ways
from services.tagger.codes_seem import SIDE, Grey, Place, is_barred, places
from services.tagger.codes_votes import AS_IT_IS, SHARPENED, Ballot, needed
from services.tagger.look import Look

FULL = 2400  # pixels: what a place is cut out of
WHOLE = 1600  # pixels of the first look
PURSE = 5_000_000  # pixels that are looked at once more in a picture in which nothing was read: about 0.3 s


def find(look: Look) -> dict[str, Any]:
    """{"barcodes": [...]}, each code once."""
    full = np.asarray(cv2.cvtColor(look.flat(FULL).numpy(), cv2.COLOR_RGB2GRAY), np.uint8)
    whole = _at_most(full, WHOLE)
    ballot = Ballot()
    ballot.add(_meanings(read(whole, whole=True), Cut.all_of(whole), 1), AS_IT_IS)
    doubted = [votes.box for one, votes in ballot.cast.items() if votes.points < needed(one)]
    purse = PURSE
    for place in [*map(_around, doubted), *places(_at_most(full, SIDE))]:
        purse -= _look_closer(upright(full, place), place, ballot, purse)
    return {"barcodes": [_told(one, box) for one, box in ballot.won()]}


def _look_closer(cut: Cut, place: Place, ballot: Ballot, purse: int) -> int:
    """Vote until it is clear. Gives the pixels that were looked at; over `purse` only where something was read."""
    box = (place.left, place.top, place.left + place.width, place.top + place.height)
    barred, spent = is_barred(cut.picture), 0
    for way, pixels in ways(cut.picture):
        if not ballot.is_open(box) or not (ballot.has(box) or (barred and spent + pixels <= purse)):
            break
        spent += pixels
        ballot.add(_meanings(read(seen(cut.picture, way)), cut, way.scale), SHARPENED if way.weight else AS_IT_IS)
    return spent


def _meanings(readings: list[Reading], cut: Cut, scale: float) -> dict[Meaning, Box]:
    said = [(meaning(one.format, one.text, one.symbology), cut.box(one.quad, scale)) for one in readings]
    return {one: box for one, box in said if one is not None}


def _around(box: Box) -> Place:
    return Place(box[0], box[1], box[2] - box[0], box[3] - box[1], 0)


def _at_most(picture: Grey, side: int) -> Grey:
    return resized(picture, side / max(picture.shape)) if max(picture.shape) > side else picture


def _told(one: Meaning, box: Box) -> dict[str, Any]:
    left, top, right, bottom = (min(1.0, max(0.0, side)) for side in box)
    sides = [round(side, 4) for side in (left, top, right - left, bottom - top)]
    return {"format": one.format, "text": one.text, "gtin": one.gtin, "gs1": one.gs1, "box": sides}
