"""The naming rules that folders' profiles name or give: for their files they come before all others. Pure."""

import unicodedata
from collections.abc import Iterator, Mapping

from runtime.folders import Folders
from runtime.naming import is_name
from services.linker.rules import Rule, Rules

Naming = Mapping[str, str]
"""Folder → the name of a rule, or a pattern; "" where it takes back what the folder above it says."""


def naming_of(folders: Folders) -> dict[str, str]:
    """What their profiles say of it."""
    return {folder: profile["naming"] or "" for folder, profile in folders.said.items() if "naming" in profile}


def strange(rules: Rules, naming: Naming) -> Iterator[str]:
    """Each folder whose profile names a rule that there is not: its files are read by the others until it is mended."""
    known = [rule.name for rule in rules.all]
    for folder, said in naming.items():
        if is_name(said) and said not in known:
            others = f"There are: {', '.join(known)}" if known else "There are none: give a pattern"
            yield f"{folder}: there is no naming rule {said}. {others}."


def with_folders(rules: Rules, naming: Naming) -> Rules:
    """Both. A rule that a profile names reads below that folder, wherever else it reads."""
    known = {rule.name: rule for rule in rules.all}
    found: dict[str, Rule | None] = {}
    for folder, said in naming.items():
        place = unicodedata.normalize("NFC", folder)
        if not is_name(said):  # checked where the profile is read; its name is shown to people
            found[place] = Rule.model_construct(name=f"folder {place}", folder=place, pattern=said) if said else None
        elif said in known:
            found[place] = known[said].model_copy(update={"folder": place})
    return rules.model_copy(update={"by_folder": found})
