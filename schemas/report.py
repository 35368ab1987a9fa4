"""The weekly report of the audit: what is new, what was mended, who looks after what."""

from typing import Literal

from pydantic import Field

from schemas.base import Contract, Time

KIND = "report"
"""Of the fact, whose id is the report's day."""


class RuleWeek(Contract):
    """One rule, then and now."""

    rule: str = Field(examples=["blurred"], description="Its name")
    title: str = Field(examples=["A product's picture is not sharp"], description="What is wrong, for people")
    severity: Literal["error", "warning", "notice"] = Field(description="How bad")
    count: int = Field(ge=0, description="Findings now", examples=[12])
    new: int = Field(ge=0, description="That were not found then", examples=[3])
    closed: int = Field(ge=0, description="That are not found any more", examples=[5])
    assigned: int = Field(default=0, ge=0, description="That somebody looks after", examples=[2])
    compared: bool = Field(
        default=True,
        description="False: it is not known what is new and what is not found any more (5,000 findings or more, a rule "
        "that took too long, no night before); both are 0",
    )


class WorstProduct(Contract):
    """A product about which most is found."""

    sku: str = Field(examples=["TRAINER-RED"], description="Which")
    name: str = Field(default="", examples=["Trainer, red"], description="What it is called")
    errors: int = Field(ge=0, examples=[2], description="Findings that keep it from being sold")
    findings: int = Field(ge=0, examples=[7], description="All, of its pictures too")


class AuditReport(Contract):
    """The fields of the fact, and the object `audits/report/<day>.json`, which is written once."""

    day: str = Field(examples=["2026-11-30"], description="When it was made")
    since: str = Field(default="", examples=["2026-11-23"], description="With what it compares; empty: the first one")
    rules: list[RuleWeek] = Field(default_factory=list, description="What is worst first; those that found anything")
    worst: list[WorstProduct] = Field(default_factory=list, description="The worst first")
    people: dict[str, int] = Field(default_factory=dict, description="Who looks after how many", examples=[{"anna": 2}])
    to: list[str] = Field(default_factory=list, description="Who gets it by mail", examples=[["anna@example.com"]])
    made: Time | None = Field(default=None, description="When")

    def total(self, name: Literal["count", "new", "closed", "assigned"]) -> int:
        """Of all rules."""
        return sum(getattr(one, name) for one in self.rules)
