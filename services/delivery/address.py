"""What a public path names. Pure.

    /p/<sku>.json                              the gallery of a product
    /p/<sku>.html, /a/<asset>.html             a page to be framed (embed.py); /s/<name> are its scripts
    /p/<sku>/<role>[.<n>]/<preset>[.<ext>]     its n-th medium of that role
    /a/<asset>/<preset>[.<ext>]                one asset
    …/<preset>/<size>[.<ext>]                  the preset's picture in another size, made when it is asked for (size.py)
    …/<preset>/<digest>/<file>                 one file of a rendition that has several (HLS, storyboard)

Without an extension the format is chosen by what the browser accepts.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from services.delivery.size import Size
from services.delivery.size import parse as parse_size

LONGEST = 2000
"""Bytes of a path. No SKU, role and preset are so long together."""
_ROLE = re.compile(r"([a-z0-9-]{1,40}?)(?:\.([1-9][0-9]{0,3}))?")
_PRESET = re.compile(r"([A-Za-z0-9_-]{1,80})(?:\.([a-z0-9]{1,8}))?")
ENDINGS = ("", "jpg", "jpeg", "webp", "avif", "png")
"""Of sizes."""
_FILE = re.compile(r"[A-Za-z0-9_.-]{1,120}")


class NoAddress(ValueError):
    """A path that names nothing of ours; the text says how one looks."""


@dataclass(frozen=True)
class Slot:
    """The n-th medium (from 1) of a role of a product."""

    sku: str
    role: str
    nth: int = 1


@dataclass(frozen=True)
class Gallery:
    """All media of a product."""

    sku: str


@dataclass(frozen=True)
class Embed:
    """The page that others frame: of a product (`sku`) what is best looked at, or one asset."""

    sku: str = ""
    asset: str = ""


@dataclass(frozen=True)
class Script:
    """A script of that page."""

    name: str


@dataclass(frozen=True)
class Address:
    """One file. ending: without the dot, "" for whatever is accepted; digest, file: of a rendition that has several.

    size: of a picture that may have to be made. The digest is of all its files: who has one set's playlist is never
    given another set's film for it.
    """

    of: Slot | str
    preset: str
    ending: str = ""
    digest: str = ""
    file: str = ""
    size: Size | None = None

    @property
    def negotiated(self) -> bool:
        """Whether what is accepted chooses the format."""
        return not self.ending and not self.file


def parse(path: bytes) -> Address | Gallery | Embed | Script:
    """From the path as it came, still quoted: a SKU may hold a slash. Raises NoAddress, BadSize."""
    if len(path) > LONGEST:
        raise NoAddress(f"A path has at most {LONGEST} bytes.")
    parts = [_text(part) for part in path.split(b"/")[1:]]
    match parts:
        case ["p", sku] if sku.endswith(".json") and len(sku) > len(".json"):
            return Gallery(sku.removesuffix(".json"))
        case ["p", sku] if sku.endswith(".html") and len(sku) > len(".html"):
            return Embed(sku=sku.removesuffix(".html"))
        case ["a", asset] if asset.endswith(".html") and len(asset) > len(".html"):
            return Embed(asset=asset.removesuffix(".html"))
        case ["s", name] if name:
            return Script(name)
        case ["p", sku, role, *rest] if sku and rest:
            return _file(_slot(sku, role), rest)
        case ["a", asset, *rest] if asset and rest:
            return _file(asset, rest)
    raise NoAddress("Addresses are /p/<sku>.json, /p/<sku>/<role>/<preset>.<ext> and /a/<asset>/<preset>.<ext>.")


def _text(part: bytes) -> str:
    try:
        text = unquote_to_bytes(part).decode()
    except UnicodeDecodeError as error:
        raise NoAddress("The path is not UTF-8.") from error
    if "\0" in text:
        raise NoAddress("A NUL character is no name.")
    return text


def _slot(sku: str, text: str) -> Slot:
    found = _ROLE.fullmatch(text)
    if not found:
        raise NoAddress(f"{text!r} is no role. Write `main`, or `back.2` for the second of several.")
    return Slot(sku, found[1], int(found[2] or 1))


def _file(of: Slot | str, rest: list[str]) -> Address:
    preset = _PRESET.fullmatch(rest[0])
    if preset and len(rest) == 1:
        return Address(of, preset[1], preset[2] or "")
    if preset and not preset[2] and len(rest) == 2:
        return _sized(of, preset[1], rest[1])
    if preset and not preset[2] and len(rest) == 3 and all(map(_FILE.fullmatch, rest[1:])):
        return Address(of, preset[1], digest=rest[1], file=rest[2])
    raise NoAddress(f"{'/'.join(rest)!r} is no preset with an extension, such as `web.jpg`.")


def _sized(of: Slot | str, preset: str, text: str) -> Address:
    words, _, ending = text.partition(".")
    if ending not in ENDINGS:
        raise NoAddress(f"Sizes are made as {', '.join(ENDINGS[1:])}, or without an extension as the browser accepts.")
    return Address(of, preset, ending, size=parse_size(words))
