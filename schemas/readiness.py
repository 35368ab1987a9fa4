"""What changed in what a channel's rules say of a product."""

from datetime import date
from typing import Literal

from pydantic import Field

from schemas.base import AssetId, Contract, Time

State = Literal["ready", "fixable", "person", "blocked"]
"""See docs/channels.md."""
MOST_REASONS = 5


class Reason(Contract):
    """One of what makes it so."""

    slot: str = Field(description="Place of the rule set", examples=["main"])
    rule: str = Field(description="As it is called in the rule set", examples=["ground"])
    cause: str = Field(description="For people", examples=["The product fills 0.62 of the frame."])
    asset_id: AssetId | None = Field(default=None, description="The picture; absent: of the place or the product")


class ReadinessChanged(Contract):
    """The verdict on a SKU, for one channel and market, is another than was told last. Written by the catalogue."""

    sku: str = Field(examples=["TRAINER-RED-42"], description="The product")
    channel: str = Field(examples=["amazon"], description="The channel")
    market: str = Field(
        default="", examples=["de"], description="Empty: for whoever asks; else one that its links are limited to"
    )
    before: State | None = Field(default=None, description="What was told last; absent: it was not judged")
    after: State | None = Field(default=None, description="Absent: it is not judged any more, for it is not for sale")
    since: date | None = Field(default=None, description="First day of the rules", examples=["2027-01-31"])
    rules_before: list[str] = Field(
        default_factory=list, description="Rules that were in the way before", examples=[["least"]]
    )
    reasons: list[Reason] = Field(
        default_factory=list, description=f"What is in the way now, the first {MOST_REASONS}; none where it is ready"
    )
    changed: Time = Field(description="When it was found")

    @property
    def key(self) -> str:
        """The record's key on `readiness`."""
        return f"{self.channel}/{self.market}/{self.sku}"
