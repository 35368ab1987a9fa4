"""Naming rules: where a folder's names hold SKU, role and number. Patterns run on RE2: none of them is slow. Pure."""

import unicodedata
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal, Self

import re2
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.roles import ROLES
from services.linker.names import fold, without_ending

TARGETS = ("sku", "gtin", "category", "collection")
"""What a name can be read for: one of these in each pattern."""
_GROUP_OF: dict[str, Literal["category", "collection"]] = {"category": "category", "collection": "collection"}
GROUPS = (*TARGETS, "role", "number", "market", "locale", "channel")
"""What a pattern may name."""
LONGEST, MOST = 500, 200
"""Characters of a pattern, and rules of a file: all of them may be tried on each name."""
_MEMORY = 1 << 20
_NUMBER = 999


def path_of(key: str) -> str:
    """What patterns are compared with: without the ending, in composed letters."""
    return unicodedata.normalize("NFC", without_ending(key))


class Reading(BaseModel):
    """What a rule reads in a name. said: the SKU, GTIN or other target as written; rivals: further rules that read
    another there. target: category or collection, where it is one. markets, locales, channels: where alone it is shown.
    """

    model_config = ConfigDict(frozen=True)

    rule: str
    said: str
    role: str = ""
    number: int = 0
    target: Literal["", "category", "collection"] = ""
    markets: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()


class Rule(BaseModel):
    """One rule. It reads the names in `folder` and below: a pattern with a `/` the path below the folder, others
    the file's own name, both without the ending, and whole. roles: what the words of this studio mean. markets,
    locales, channels: where alone these pictures are shown, where the name does not say it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[
        str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="small letters and digits, with single hyphens")
    ]
    folder: str = ""
    pattern: Annotated[str, Field(min_length=1, max_length=LONGEST, description=f"a pattern of 1 to {LONGEST} signs")]
    roles: dict[str, str] = Field(default_factory=dict)
    markets: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    @field_validator("folder")
    @classmethod
    def _plain(cls, folder: str) -> str:
        return unicodedata.normalize("NFC", folder).strip("/")

    @model_validator(mode="after")
    def _holds(self) -> Self:
        for wrong, why in self._slips():
            if wrong:
                raise ValueError(f"{why}.")
        return self

    def _slips(self) -> Iterator[tuple[bool, str]]:
        try:
            groups = set(self.compiled.groupindex)
        except re2.error as error:
            told = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
            yield (
                True,
                f"pattern cannot be read: {told}. It is RE2's language, without \\1 and look-around",
            )
            return
        strange = ", ".join(sorted(groups - set(GROUPS)))
        yield bool(strange), f"pattern names {strange}; name {', '.join(GROUPS)} only, others as (?:…)"
        several = ", ".join(f"(?P<{name}>…)" for name in TARGETS)
        yield len(groups & set(TARGETS)) != 1, f"pattern has to name one of {several}"
        unknown = ", ".join(sorted(set(self.roles.values()) - set(ROLES)))
        yield bool(unknown), f"roles lead to {unknown}, which is no role; there are {', '.join(ROLES)}"
        yield bool(self.roles) and "role" not in groups, "roles mean something with (?P<role>…) only; remove them"

    @cached_property
    def compiled(self) -> Any:
        """Case makes no odds. RE2 takes time in proportion to the name, whatever the pattern."""
        options = re2.Options()
        options.case_sensitive, options.log_errors, options.max_mem = False, False, _MEMORY
        return re2.compile(self.pattern, options)

    @cached_property
    def _words(self) -> dict[str, str]:
        return {fold(word): role for word, role in self.roles.items()}

    def read(self, path: str) -> Reading | None:
        """What it reads in a path (see `path_of`); None where it does not fit."""
        if self.folder and not fold(path).startswith(f"{fold(self.folder)}/"):
            return None
        below = path[len(self.folder) + 1 :] if self.folder else path
        found = self.compiled.fullmatch(below if "/" in self.pattern else below.rpartition("/")[2])
        if found is None:
            return None
        groups = {name: text or "" for name, text in found.groupdict().items()}
        target = next(name for name in TARGETS if name in groups)
        said = groups[target]
        word, number = groups.get("role", ""), groups.get("number", "")
        if not said.strip():
            return None
        counted = int(number) if number.isascii() and number.isdigit() and len(number) <= 6 else 0
        return Reading(
            rule=self.name,
            said=said,
            role=self._words.get(fold(word), word),
            number=min(counted, _NUMBER),
            target=_GROUP_OF.get(target, ""),
            markets=_named(groups.get("market"), self.markets),
            locales=_named(groups.get("locale"), self.locales),
            channels=_named(groups.get("channel"), self.channels),
        )


def _named(word: str | None, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    return (word,) if word else otherwise


class Rules(BaseModel):
    """All rules, in the order of the file: the first that fits reads the name."""

    model_config = ConfigDict(frozen=True)

    all: tuple[Rule, ...] = ()

    def read(self, key: str) -> Reading | None:
        """What they say of a file by its key."""
        if not self.all:
            return None
        path = path_of(key)
        fits = [found for rule in self.all if (found := rule.read(path))]
        if not fits:
            return None
        rivals = tuple(one.rule for one in fits[1:] if fold(one.said) != fold(fits[0].said))
        return fits[0].model_copy(update={"rivals": rivals})


NO_RULES = Rules()
