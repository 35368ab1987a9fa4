"""GTINs in names, and the two naming schemes that say GTIN and view: GS1's and Amazon's."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.gtin import LENGTHS, check_digit
from services.linker.roles import Role

SHORT_GTIN = 8
_GS1 = re.compile(r"(\d{14})_([A-E])([1237890])([CLRN])([10ABCDMP])(?:_?s?(\d{1,3}))?(?![0-9A-Za-z])", re.IGNORECASE)
_GS1_FACING = {
    "1": "front", "2": "left", "3": "top", "7": "back", "8": "right", "9": "bottom", "0": "additional",
}  # fmt: skip
_AMAZON = re.compile(
    r"([A-Za-z0-9]{8,14})\.(MAIN|PT\d\d|SWCH|IN\d\d|TOPP|BOTT|LEFT|RGHT|FRNT|BACK|SIDE|PAIR|FACT|EEGL|PS\d\d)",
)
_AMAZON_VIEW = {
    "MAIN": "main", "PT": "additional", "SWCH": "swatch", "IN": "additional", "TOPP": "top", "BOTT": "bottom",
    "LEFT": "left", "RGHT": "right", "FRNT": "front", "BACK": "back", "SIDE": "side", "PAIR": "additional",
    "FACT": "additional", "EEGL": "additional", "PS": "safety",
}  # fmt: skip


@dataclass(frozen=True)
class CodedName:
    """A name by a scheme: `kind` is gs1-name or amazon-name, `id` the GTIN, ASIN or SKU as written."""

    kind: str
    id: str
    role: Role


def coded(stem: str) -> CodedName | None:
    """What a name without its ending says by GS1's or Amazon's scheme, or None."""
    gs1 = _GS1.match(stem)
    if gs1 and gtin14(gs1[1]):
        return CodedName("gs1-name", gs1[1], _gs1_role(gs1))
    amazon = _AMAZON.fullmatch(stem)
    if amazon:
        view = amazon[2].rstrip("0123456789")
        return CodedName("amazon-name", amazon[1], Role(_AMAZON_VIEW[view], int(amazon[2][len(view) :] or 0)))
    return None


def _gs1_role(found: re.Match[str]) -> Role:
    kind, state = found[2].upper(), found[4 + 1].upper()
    position = int(found[6] or 0)
    if kind == "E":
        return Role("frame-360", position)
    if kind in "BD":
        return Role("lifestyle", position)
    if state in "ABP":
        return Role("packaging", position)
    facing = _GS1_FACING[found[3]]
    return Role("main" if facing == "front" and position <= 1 else facing, position)


def gtin14(digits: str) -> str:
    """The GTIN in 14 digits where it has a GTIN's length and its check digit holds, else ""."""
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LENGTHS:
        return ""
    full = digits.zfill(14)
    return full if check_digit(full[:-1]) == int(full[-1]) and int(full) else ""


def gtins(parts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(place, 14 digits) of the tokens that are GTINs."""
    for at, part in enumerate(parts):
        full = gtin14(part)
        if full:
            yield at, full


def near_gtins(parts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(place, 14 digits) of all GTINs that are one digit away from a token which is none: one for each of its digits.

    Eight digits are too few: they are an article's number or a day sooner.
    """
    for at, part in enumerate(parts):
        if len(part) <= SHORT_GTIN or len(part) not in LENGTHS or not (part.isascii() and part.isdigit()):
            continue
        full = part.zfill(14)
        off = (int(full[-1]) - check_digit(full[:-1])) % 10
        if not off:
            continue
        for place in range(14 - len(part), 14):
            weight = 3 if place % 2 == 0 else 1
            digit = next(d for d in range(10) if (weight * (d - int(full[place])) + off) % 10 == 0)
            yield at, f"{full[:place]}{digit}{full[place + 1 :]}"
