"""The file of folder profiles: folder → what holds for what is dropped there. Pure.

folders:
  autumn: {owner: anna@example.com, approval: review, brand: Luma}
  autumn/final: {approval: auto, naming: studio}
  agency: {licence: {holder: Agency, valid_until: 2027-12-31, markets: [de, at]}, consent: {status: "yes"}}
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from runtime.faults import plain, unknown
from runtime.naming import faults as naming_faults
from runtime.yaml_text import NotYaml, loaded
from schemas.folders import LINKED, FolderProfile
from schemas.rights import CONSENT, LICENCE, wrong


class FoldersError(ValueError):
    """The file does not hold; the message names each place and its cure."""


@dataclass(frozen=True)
class Folders:
    """All profiles."""

    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Folder → what its profile says itself."""

    def of(self, key: str) -> FolderProfile:
        """What holds for a file of that name: the nearest folder's word, else that of the folder above it. What came by
        an upload link waits for a person, whatever they say.
        """
        above = [str(folder) for folder in reversed(PurePosixPath(key).parents) if str(folder) != "."]
        found: dict[str, Any] = {}
        for folder in above:
            found |= self.said.get(folder, {})
        if any(part.startswith(LINKED) for part in PurePosixPath(key).parts[:-1]):
            found |= {"approval": "review", "editions": "ask"}
        return FolderProfile.model_validate(found)


def read_folders(name: str, text: str) -> Folders:
    """name: of the file, for messages. Raises FoldersError."""
    try:
        found = loaded(text) or {}
    except NotYaml as error:
        raise FoldersError(f"{name}: {error}") from error
    if not isinstance(found, dict) or not isinstance(listed := found.get("folders", {}), dict):
        raise FoldersError(f"{name}: begin with `folders:` and, below it, a line for each folder.")
    faults = [f"{name}: {unknown(str(other), ['folders'])}" for other in found if other != "folders"]
    said: dict[str, dict[str, Any]] = {}
    for folder, profile in listed.items():
        place = place_of(str(folder))
        faults += [f"{name}: {folder}: {fault}" for fault in _faults(place, profile)]
        if place in said:
            faults.append(f"{name}: {folder} stands there twice. Remove one.")
        said[place] = _days(profile or {})
    if faults:
        raise FoldersError("\n".join(faults))
    return Folders(said)


def place_of(folder: str) -> str:
    """A folder as all of its spellings name it: without `/` at its ends, and with one between."""
    return "/".join(part for part in folder.split("/") if part)


def _faults(place: str, profile: Any) -> Iterator[str]:
    if not place:
        yield "a profile is of a folder; give its name."
    if profile is not None and not isinstance(profile, dict):
        yield "give its fields, as {approval: review}."
        return
    for other in set(profile or {}) - set(FolderProfile.model_fields):
        yield unknown(str(other), list(FolderProfile.model_fields))
    said = {name: profile[name] for name in (LICENCE, CONSENT) if profile and profile.get(name) is not None}
    if faults := [f"{name}: {fault}." for name, value in said.items() if (fault := wrong(name, _days(value)))]:
        yield from faults
        return
    naming = (profile or {}).get("naming")
    if isinstance(naming, str) and (found := naming_faults(naming)):
        yield from found
        return
    try:
        FolderProfile.model_validate(profile or {})
    except ValidationError as error:
        yield from plain(error, FolderProfile)


def _days(value: Any) -> Any:
    """Days and times as text, as JSON has them: YAML knows them by themselves."""
    if isinstance(value, dict):
        return {name: _days(one) for name, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value
