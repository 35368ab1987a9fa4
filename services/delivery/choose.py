"""Which of a version's files answers: by extension, by what is accepted, by width and pixel density. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

FORMATS = {"jpg": "jpeg", "tif": "tiff", "m3u8": "hls"}
"""Extension → format, where they differ."""
MODERN = ("avif", "webp")
"""Sent only to whom says that it takes them; the rest any browser shows."""
ENDINGS = ("", *(f"-{name}" for name in (*MODERN, "jpeg", "png")))
DENSITIES = (1, 2, 3)
WEB = ("thumbnail", "webshop", "mobile")
"""Channels that frame a picture alike where it has the same shape: one's width may stand for another's."""
SAME_SHAPE = 0.01
"""Two pictures are of one shape where width by height differs by no more."""
_Q0 = re.compile(r";\s*q=0(\.0*)?\s*$")


class File(NamedTuple):
    """One file that could be sent."""

    preset: str
    channel: str
    format: str
    key: str
    etag: str
    bytes: int
    width: int
    height: int
    several: bool
    shows: str = ""
    """Of a still picture: `whole` (all of the original, only smaller) or `part`; "" of what is none. See `order.py`."""

    @property
    def content(self) -> str:
        """What a feed's address carries: it changes exactly when the bytes do."""
        return self.etag[:16]


class Wish(NamedTuple):
    """What is asked for. width: CSS pixels, 0 for the preset's own."""

    preset: str
    ending: str
    accept: str
    width: int = 0
    density: int = 1

    @property
    def format(self) -> str:
        """The one that is wanted; "" where it may be chosen."""
        return FORMATS.get(self.ending, self.ending)


def family(preset: str) -> list[str]:
    """Presets that are this one in another format or density: `web` is also `web-webp` and `web-avif`."""
    return [f"{preset}{ending}{f'-{times}x' * (times > 1)}" for ending in ENDINGS for times in DENSITIES]


def takes(accept: str, format: str) -> bool:
    """Whether an `Accept` header names this format itself: `*/*` is said by those, too, who do not know it."""
    for part in accept.split(","):
        name, _, parameters = part.strip().partition(";")
        if name.strip() == f"image/{format}":
            return not _Q0.search(f";{parameters}")
    return False


def chosen(files: Sequence[File], wish: Wish) -> File | None:
    """The file for this wish among those of one version, or None. Of equal ones the smallest."""
    names = family(wish.preset)
    related = [file for file in files if file.preset in names]
    own = [file for file in related if _allowed(file, wish)]
    if not own:
        return None
    exact = [file for file in own if file.preset == wish.preset]
    if wish.width:
        shape = (exact or own)[0]
        channels = WEB if shape.channel in WEB else (shape.channel,)
        like = [file for file in files if file.channel in channels and alike(file, shape) and _allowed(file, wish)]
        return _wide_enough(like, wish.width * wish.density)
    if wish.ending and exact and wish.density == 1:
        return exact[0]
    for times in range(wish.density, 0, -1):
        if dense := [file for file in own if _density(file.preset) == times]:
            return _best(dense)
    return _best(exact) if exact else None  # a preset that was named with its density: `card-2x.jpg`


def _allowed(file: File, wish: Wish) -> bool:
    if wish.format:
        return file.format == wish.format or file.key.endswith(f".{wish.ending}")
    return file.format not in MODERN or takes(wish.accept, file.format)


def _density(preset: str) -> int:
    return next((times for times in DENSITIES[1:] if preset.endswith(f"-{times}x")), 1)


def alike(one: File, other: File) -> bool:
    """Whether two pictures are of one shape."""
    if not (one.height and other.height):
        return False
    return abs(one.width / one.height - other.width / other.height) <= SAME_SHAPE * other.width / other.height


def _wide_enough(files: Iterable[File], width: int) -> File:
    def cost(file: File) -> tuple[bool, int, int, int]:
        short = file.width < width
        return short, -file.width if short else file.width, _rank(file), file.bytes

    return min(files, key=cost)


def _best(files: Sequence[File]) -> File:
    return min(files, key=lambda file: (_rank(file), file.bytes))


def _rank(file: File) -> int:
    return MODERN.index(file.format) if file.format in MODERN else len(MODERN)
