"""What a channel's files are called where they are handed over as files: in a ZIP, in a drop. Pure.

A name says which product it is (its ASIN, GTIN or SKU) and which of its pictures. Amazon's and GS1's grammars are ours;
a channel's rules name one of them, or write their own.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from schemas.asin import asin_of
from schemas.gtin import LENGTHS, check_digit
from schemas.roles import ROLES
from services.catalog.channels.verdict import Finding
from services.catalog.channels.written import Written
from services.catalog.pack.names import LONGEST

Identity = Literal["asin", "gtin", "ean", "gtin14", "sku"]
SPOKEN: dict[Identity, str] = {
    "asin": "an ASIN",
    "gtin": "a GTIN",
    "ean": "a GTIN of a single article",
    "gtin14": "a GTIN",
    "sku": "a SKU",
}
NO_ASINS: Mapping[str, str] = MappingProxyType({})
MOST_NUMBERED = 99
"""Pictures of one product that get a name."""
_PLACE = re.compile(r"\{(\w+)\}")
_ASIN = re.compile(r"[A-Z0-9]{10}")
_UNSAFE = re.compile(r"[^A-Za-z0-9.+-]+")


class Ids(NamedTuple):
    """What a product is known by; empty where it is not. asins: its attributes that tell of ASINs, market by market."""

    asin: str = ""
    gtin: str = ""
    asins: Mapping[str, str] = NO_ASINS

    def at(self, market: str) -> "Ids":
        """As that market knows it; as anybody does where none is named."""
        return self._replace(asin=asin_of(self.asins, market)) if self.asins else self


class Naming(Written):
    """A grammar of names, without their endings."""

    known_by: list[Identity] = Field(min_length=1, description="The first of these that the product has is its {id}")
    stem: str = Field(description="{id}, {code} of the picture and, where names would be alike, {n}: 01, 02 …")
    main: str | None = Field(default=None, description="Code of the first picture, whatever its role")
    codes: dict[str, str] = Field(default_factory=dict, description="Role → its code")
    other: str = Field(description="Code of all other roles, and of a second picture of one role; may hold {n}")
    most: dict[str, int] = Field(default_factory=dict, description="Role → so many have its code, further ones `other`")
    required: bool = Field(default=True, description="What cannot be named so is blocked; else that is only said")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        texts = (self.stem, self.main or "", self.other, *self.codes.values())
        strange = {name for text in texts for name in _PLACE.findall(text)} - {"id", "code", "n"}
        if strange:
            raise ValueError(f"a name may hold {{id}}, {{code}} and {{n}}, not {{{min(strange)}}}")
        if "{id}" not in self.stem or "{code}" not in self.stem:
            raise ValueError("stem holds {id} and {code}")
        if "{n}" not in self.stem + self.other:
            raise ValueError("stem or other holds {n}: two pictures of one role would have one name")
        return self

    def identity(self, sku: str, ids: Ids) -> str:
        """What the product is called; empty where it has nothing of the kind that holds."""
        return next((found for kind in self.known_by if (found := _ID[kind](sku, ids))), "")

    def stems(self, identity: str, roles: Iterable[str]) -> Iterator[str]:
        """Names of a product's pictures in order, each once."""
        counts: dict[str, int] = {}
        of_role: dict[str, int] = {}
        used: set[str] = set()
        for place, role in enumerate(roles):
            code = self.main if not place and self.main is not None else self._code(role, of_role)
            name = self._name(identity, code, counts)
            while name in used:
                name = self._name(identity, self.other, counts)
            used.add(name)
            yield name

    def _code(self, role: str, counts: dict[str, int]) -> str:
        counts[role] = counts.get(role, 0) + 1
        return self.other if counts[role] > self.most.get(role, MOST_NUMBERED) else self.codes.get(role, self.other)

    def _name(self, identity: str, code: str, counts: dict[str, int]) -> str:
        form = self.stem.replace("{code}", code)
        if "{n}" in form:
            counts[form] = counts.get(form, 0) + 1
        return form.replace("{n}", f"{counts.get(form, 0):02d}").replace("{id}", identity)

    @property
    def spoken(self) -> str:
        """`an ASIN or a GTIN`."""
        return " or ".join(dict.fromkeys(SPOKEN[kind] for kind in self.known_by))


def of_product(sku: str, ids: Ids, naming: Naming | None) -> Iterator[Finding]:
    """Whether its files can be named."""
    if naming is None or naming.identity(sku, ids):
        return
    yield Finding(
        rule="naming",
        state="blocked" if naming.required else "ready",
        cause=f"It has not {naming.spoken} that holds, and the channel's files are named by one.",
        cure="Give it one in the PIM.",
    )


def gtin(text: str) -> str:
    """Its digits, where their number and the check digit hold."""
    holds = text.isascii() and text.isdigit() and len(text) in LENGTHS and check_digit(text[:-1]) == int(text[-1])
    return text if holds else ""


def ean(text: str) -> str:
    """Of a single article, as shops know it. Of 14 digits the first says how it is packed: 0 is the article itself."""
    found = gtin(text)
    if len(found) < 14:
        return found
    return found[1:] if found[0] == "0" else ""


_ID: dict[Identity, Callable[[str, Ids], str]] = {
    "asin": lambda _sku, ids: ids.asin if _ASIN.fullmatch(ids.asin) else "",
    "gtin": lambda _sku, ids: gtin(ids.gtin),
    "ean": lambda _sku, ids: ean(ids.gtin),
    "gtin14": lambda _sku, ids: gtin(ids.gtin) and ids.gtin.zfill(14),
    "sku": lambda sku, _ids: _UNSAFE.sub("-", sku)[:LONGEST].strip("-."),
}
GRAMMARS = {
    # https://sellercentral.amazon.com.au/help/hub/reference/external/JV4FNMT7563SF5F
    "amazon": Naming(
        known_by=["asin", "ean"],
        stem="{id}.{code}",
        main="MAIN",
        codes={"front": "FRNT", "back": "BACK", "left": "LEFT", "right": "RGHT", "side": "SIDE", "top": "TOPP",
               "bottom": "BOTT", "safety": "PS{n}"},
        other="PT{n}",
        most={"safety": 6},
    ),
    # Type A (for the web; B: with more than the product in it), facing by the picture's role, N (seen straight), 1 in
    # its pack or 0 out of it.
    "gs1": Naming(
        known_by=["gtin14"],
        stem="{id}_{code}_s{n}",
        codes={"main": "A1N0", "front": "A1N0", "left": "A2N0", "top": "A3N0", "back": "A7N0", "right": "A8N0",
               "bottom": "A9N0", "packaging": "A0N1", "lifestyle": "B0N0", "size-chart": "B0N0", "safety": "B0N0"},
        other="A0N0",
    ),
    "sku": Naming(known_by=["sku"], stem="{id}_{code}_{n}", codes={role: role for role in ROLES}, other="additional"),
}  # fmt: skip
"""Name → grammar. `sku` is what files are called where a channel asks for nothing else: its codes are the roles."""
