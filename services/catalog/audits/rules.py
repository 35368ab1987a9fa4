"""The audit's rules: what in a library deserves somebody's work. `rules.yaml` says what may stand in one.

An operator may put rules beside ours, or in the place of one of the same name (PACKSHOT_AUDITS).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runtime.faults import plain
from runtime.yaml_text import NotYaml, loaded
from services.catalog.channels.load import load_channels
from services.catalog.channels.model import Channel
from services.catalog.channels.sizes import sizes

Severity = Literal["error", "warning", "notice"]
Subject = Literal["asset", "product"]
FILE = Path(__file__).with_name("rules.yaml")
AUDIT = "audit:"
"""How the fields begin that people decide findings in, before the name of their rule."""
SIZES = "{channel_sizes}"
"""Of a query: the table of what channels take."""


class Rule(BaseModel):
    """A rule is a query, so what it finds is never out of date."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    severity: Severity
    title: str
    cure: str
    of: Subject = "asset"
    usual: bool = True
    fix: str = ""
    merges: bool = False
    pairs: bool = False
    newest: bool = False
    find: str

    @property
    def paired(self) -> bool:
        """Whether it finds pairs of pictures: `find` gives the `other`."""
        return self.merges or self.pairs

    @property
    def field(self) -> str:
        """Of an asset's curation, or a product's fact: {until, reason}; the finding is put off."""
        return f"{AUDIT}{self.name}"


class AuditsError(ValueError):
    """A rule does not hold; the message names the file, the rule and the cure."""


def load_rules(folder: Path | None = None, channels: Mapping[str, Channel] | None = None) -> Mapping[str, Rule]:
    """Name → rule, what is worst first. channels: those in use; ours by default. Raises AuditsError."""
    if folder is not None and not folder.is_dir():
        raise AuditsError(f"{folder} is no folder. Point PACKSHOT_AUDITS to one with YAML files, or unset it.")
    files = [FILE, *sorted(folder.glob("*.yaml"))] if folder else [FILE]
    least = sizes((load_channels() if channels is None else channels).values())
    read = (rule for file in files for rule in read_rules(file.name, file.read_text()))
    found = {rule.name: rule.model_copy(update={"find": rule.find.replace(SIZES, least)}) for rule in read}
    worst = ("error", "warning", "notice")
    return {rule.name: rule for rule in sorted(found.values(), key=lambda one: worst.index(one.severity))}


def read_rules(name: str, text: str) -> Iterator[Rule]:
    """`name`: of the file, for messages. Raises AuditsError."""
    try:
        said = loaded(text)
    except NotYaml as error:
        raise AuditsError(f"{name}, {error}") from error
    if not isinstance(said, dict) or not isinstance(said.get("rules"), list):
        raise AuditsError(f"{name}: it holds no list of rules. Begin with `rules:`.")
    for number, one in enumerate(said["rules"], 1):
        try:
            yield Rule.model_validate(one)
        except ValidationError as error:
            which = one.get("name") if isinstance(one, dict) else None
            raise AuditsError(f"{name}, rule {which or number}: {' '.join(plain(error, Rule))}") from error
