"""One request, and what its parameters say. Pure."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qs, urlencode

from schemas.limits import Audience
from services.delivery.address import Address
from services.delivery.choose import DENSITIES, Wish

WIDEST = 10_000
_QUALITY = re.compile(r"[01](\.\d{0,3})?")


class BadQuery(ValueError):
    """A parameter that means nothing; the text says which are known."""


@dataclass(frozen=True)
class Asked:
    """A GET or HEAD. path: as it came, still quoted; headers by their names in small letters."""

    path: bytes
    query: str
    headers: dict[str, str]

    @cached_property
    def given(self) -> dict[str, str]:
        """Parameters; of one that comes twice the last. Unknown ones are left alone: shops and CDNs have their own."""
        return {name: values[-1] for name, values in parse_qs(self.query, keep_blank_values=True).items()}

    @property
    def behind(self) -> str:
        """What stands behind the asset's id: it goes on with another asset, too."""
        parts = self.path.split(b"/", 3)
        return f"/{parts[3].decode('ascii', 'replace')}" if len(parts) > 3 else ".html"

    @property
    def accept(self) -> str:
        """What the browser takes."""
        return self.headers.get("accept", "")

    @property
    def content(self) -> str:
        """The content that the address was made for, "" for whatever is current."""
        return self.given.get("v", "")

    @property
    def audience(self) -> Audience:
        """Whom the shop asks for."""
        return Audience(*(self.given.get(name, "")[:100] for name in Audience._fields))

    def led(self, to: str) -> str:
        """The same for whom it was asked: who is led on is held to the same limits."""
        whom = urlencode({name: value for name, value in self.audience._asdict().items() if value})
        return f"{to}{'&' if '?' in to else '?'}{whom}" if whom else to

    @property
    def languages(self) -> list[str]:
        """The best first, in small letters: `lang`, else what the browser accepts."""
        if named := self.given.get("lang", ""):
            return [named.lower()]
        found = []
        for part in self.headers.get("accept-language", "").lower().split(","):
            name, _, quality = part.partition(";q=")
            weight = float(quality) if _QUALITY.fullmatch(quality) else 1.0
            if name.strip() not in ("", "*") and weight:
                found.append((-weight, name.strip()))
        return [name for _, name in sorted(found, key=lambda one: one[0])]

    def wish(self, address: Address) -> Wish:
        """What is asked for. Raises BadQuery."""
        width, density = self.given.get("w", "0"), self.given.get("dpr", "1")
        if not (width.isascii() and width.isdigit() and int(width) <= WIDEST):
            raise BadQuery(f"`w` is a width in pixels, at most {WIDEST}.")
        if density not in [str(one) for one in DENSITIES]:
            raise BadQuery("`dpr` is 1, 2 or 3.")
        return Wish(address.preset, address.ending, self.accept, int(width), int(density))
