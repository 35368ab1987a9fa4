"""The grammar of a size that is made when it is asked for: words with commas between, `w400,h300,fill,2x`. Pure.

    w<pixels> h<pixels>       the box; for `fit` one of them is enough
    fit | fill | pad          all of the picture, inside the box (if none is said) | the whole box, what stands over is
                              cropped | all of the picture, on a sheet of exactly the box
    auto | centre | north | south | east | west    with fill, what is kept; auto if none is said: a person's focal
                              point, else the product on a plain background, else where the eye goes
    bg<rrggbb>                with pad, the sheet's colour; white if none is said
    q<1-100>                  quality, on the encoder's scale
    2x | 3x                   pixel density: so many times the box

The format is the address's extension, and no word here. `str` of a size is its canonical form.
"""

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

Fit = Literal["fit", "fill", "pad"]
Gravity = Literal["auto", "centre", "north", "south", "east", "west"]
LARGEST = 4096
"""Pixels of a side, density included."""
LONGEST = 80
"""Letters of all words; what is longer is not looked at."""
WHITE = "ffffff"
WORDS = (
    f"w<pixels>, h<pixels> (1 to {LARGEST}), fit, fill, pad, auto, centre, north, south, east, west, bg<rrggbb>, "
    "q<1-100>, 2x and 3x"
)
_NUMBER = re.compile(r"([whq])([1-9][0-9]{0,3})")
_DENSITY = re.compile(r"([123])x")
_COLOUR = re.compile(r"bg([0-9a-f]{6})")


class BadSize(ValueError):
    """Words that say no size; the text says what is wrong, and what may be said."""


@dataclass(frozen=True)
class Size:
    """What is asked for. width, height: CSS pixels, 0 where only the other counts; quality 0: the format's own."""

    width: int = 0
    height: int = 0
    fit: Fit = "fit"
    gravity: Gravity = "auto"
    background: str = WHITE
    quality: int = 0
    density: int = 1

    @property
    def box(self) -> tuple[int, int]:
        """Pixels, density included; 0 where that side is free."""
        return self.width * self.density, self.height * self.density

    def __str__(self) -> str:
        words = [
            f"w{self.width}" if self.width else "",
            f"h{self.height}" if self.height else "",
            self.fit if self.fit != "fit" else "",
            self.gravity if self.gravity != "auto" else "",
            f"bg{self.background}" if self.background != WHITE else "",
            f"q{self.quality}" if self.quality else "",
            f"{self.density}x" if self.density > 1 else "",
        ]
        return ",".join(filter(None, words))


def parse(text: str) -> Size:
    """From the words, in any order. Raises BadSize."""
    if len(text) > LONGEST:
        raise BadSize(f"A size has at most {LONGEST} letters.")
    said: dict[str, str] = {}
    for word in text.split(","):
        name, value = _read(word)
        if name in said:
            raise BadSize(f"{word!r} says again what {said[name]!r} has said.")
        said[name] = value
    size = Size(
        width=int(said.get("w", 0)),
        height=int(said.get("h", 0)),
        fit=cast(Fit, said.get("fit", "fit")),
        gravity=cast(Gravity, said.get("gravity", "auto")),
        background=said.get("bg", WHITE),
        quality=int(said.get("q", 0)),
        density=int(said.get("x", 1)),
    )
    for wrong, why in _slips(size, said):
        if wrong:
            raise BadSize(why)
    return size


def _read(word: str) -> tuple[str, str]:
    if word in get_args(Fit):
        return "fit", word
    if word in get_args(Gravity):
        return "gravity", word
    if found := _NUMBER.fullmatch(word):
        return found[1], found[2]
    if found := _DENSITY.fullmatch(word):
        return "x", found[1]
    if found := _COLOUR.fullmatch(word):
        return "bg", found[1]
    raise BadSize(f"{word!r} is no word of a size. There are: {WORDS}.")


def _slips(size: Size, said: dict[str, str]) -> list[tuple[bool, str]]:
    return [
        (not (size.width or size.height), "A size needs a width or a height: `w400`."),
        (max(size.box) > LARGEST, f"A side has at most {LARGEST} pixels, density included."),
        (size.quality > 100, "A quality is 1 to 100."),
        (size.fit != "fit" and not all(size.box), f"{size.fit} needs a width and a height: `w400,h300,{size.fit}`."),
        ("gravity" in said and size.fit != "fill", "What is kept means something with fill only; leave it out."),
        ("bg" in said and size.fit != "pad", "A sheet's colour means something with pad only; leave it out."),
    ]
