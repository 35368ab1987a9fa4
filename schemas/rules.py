"""Naming rules in the library: those in use, those on trial, and what the linker says of these."""

from pydantic import Field

from schemas.base import Contract, Time

NAMING = "settings/naming.yaml"
"""The rules in use."""
USED = "settings/naming/{}.yaml"
"""Each text of rules that was in use, by its hash: history names them."""
TRIAL, REPORT = "settings/naming.trial.yaml", "settings/naming.trial.json"
"""Rules that somebody tries, and the report of the trial; a next one takes their place."""


class FolderTrial(Contract):
    """What lies under TRIAL where a folder's profile is tried: with the rules in use, its files alone."""

    folder: str = Field(description="Whose files", examples=["autumn/studio"])
    naming: str = Field(description="What its profile would say: a rule's name, or a pattern", examples=["studio"])
    asked: Time = Field(description="When: names and products may be others by then")


class Tried(Contract):
    """One name, and what the rules make of it."""

    file: str = Field(description="The file's key", examples=["autumn/X_MH01-Black_f.jpg"])
    why: str = Field(description="In words", examples=["The rule studio reads “MH01-Black”: MH01, front."])


class RulesTrial(Contract):
    """What rules would do; they change nothing."""

    of: str = Field(description="Hash of the text that was tried: its id", examples=["9f86d081884c7d65…"])
    faults: list[str] = Field(default_factory=list, description="Why the text does not hold, with place and cure")
    folder: str = Field(default="", description="The folder whose files alone were looked at, where it is one")
    names: int = Field(default=0, description="Names in the library, or in the folder")
    looked_at: int = Field(default=0, description="Those that were compared with the products: all, or so many of them")
    counts: dict[str, int] = Field(default_factory=dict, description="matched, unmatched and ambiguous, of these")
    examples: dict[str, list[Tried]] = Field(default_factory=dict, description="Some of each")
    changed: int = Field(default=0, description="Names that lead to other products than by the rules in use")
    changes: list[str] = Field(default_factory=list, description="Some of them")
    at: Time = Field(description="When")
