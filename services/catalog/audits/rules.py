"""The audit's rules: what in a library deserves somebody's work. `rules.yaml` says what may stand in one."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from runtime.yaml_text import loaded

Severity = Literal["error", "warning", "notice"]
Subject = Literal["asset", "product"]
FILE = Path(__file__).with_name("rules.yaml")


class Rule(BaseModel):
    """A rule is a query, so what it finds is never out of date."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    severity: Severity
    title: str
    cure: str
    of: Subject = "asset"
    usual: bool = True
    find: str

    @property
    def field(self) -> str:
        """Of an asset's curation, or a product's fact: {until, reason}; the finding is put off."""
        return f"audit:{self.name}"


@cache
def rules() -> dict[str, Rule]:
    """Name → rule, what is worst first."""
    return {rule.name: rule for rule in map(Rule.model_validate, loaded(FILE.read_text())["rules"])}
