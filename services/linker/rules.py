"""Naming rules: where a folder's names hold SKU, role and number. Pure."""

import unicodedata
from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from runtime.naming import LONGEST, NAME, TARGETS, compiled, slips
from schemas.roles import ROLES
from services.linker.names import fold, without_ending

_GROUP_OF: dict[str, Literal["category", "collection"]] = {"category": "category", "collection": "collection"}
MOST = 200
"""Rules of a file: all of them may be tried on each name."""
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

    name: Annotated[str, Field(pattern=NAME, description="small letters and digits, with single hyphens")]
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
        wrong = list(slips(self.pattern))
        yield from ((True, why) for why in wrong)
        unknown = ", ".join(sorted(set(self.roles.values()) - set(ROLES)))
        yield bool(unknown), f"roles lead to {unknown}, which is no role; there are {', '.join(ROLES)}"
        named = not wrong and "role" in self.compiled.groupindex
        yield bool(self.roles) and not named, "roles mean something with (?P<role>…) only; remove them"

    @cached_property
    def compiled(self) -> Any:
        """The pattern, by which names are read."""
        return compiled(self.pattern)

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
    """All rules, in the order of the file: the first that fits reads the name. by_folder: what folders' profiles say,
    which comes before all others; None where one takes back what the folder above it says.
    """

    model_config = ConfigDict(frozen=True)

    all: tuple[Rule, ...] = ()
    by_folder: dict[str, Rule | None] = Field(default_factory=dict)

    def read(self, key: str) -> Reading | None:
        """What they say of a file by its key."""
        if not self.all and not self.by_folder:
            return None
        path = path_of(key)
        if (own := self._own(path)) and (found := own.read(path)):
            return found
        fits = [found for rule in self.all if (found := rule.read(path))]
        if not fits:
            return None
        rivals = tuple(one.rule for one in fits[1:] if fold(one.said) != fold(fits[0].said))
        return fits[0].model_copy(update={"rivals": rivals})

    def _own(self, path: str) -> Rule | None:
        """What the nearest folder that says anything says."""
        if not self.by_folder:
            return None
        above = (str(folder) for folder in PurePosixPath(path).parents)
        return next((self.by_folder[folder] for folder in above if folder in self.by_folder), None)


NO_RULES = Rules()
