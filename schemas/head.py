"""`head`: which version of an asset is live, and what a person is asked about it."""

from datetime import datetime
from typing import Literal, get_args

from pydantic import Field

from schemas.base import AssetId, Contract, Time
from schemas.product import Limits

ENDED = ("purged", "merged")
"""States of a head after which nothing is made of the asset, and the collector takes it away."""
ENDED_NOTE = "-ended.json"
"""End of the name of the object in an asset's history that proves that it was deleted for good."""
Life = Literal["draft", "in review", "approved", "published", "expired", "archived"]
LIVES: tuple[Life, ...] = get_args(Life)
"""In the order in which most assets pass them."""


class HeadFacet(Contract):
    """`head`, written by the curator alone: which version is live."""

    live: int | None = Field(default=None, description="The version that the shop sees", examples=[1])
    newest: int = Field(description="The newest version that is not out", examples=[2])
    state: str = Field(description="State of the newest version", examples=["ready"])
    live_since: Time | None = Field(default=None, description="When that version went live")
    asks: int | None = Field(default=None, description="The version that a person is asked about", examples=[2])
    approves: int | None = Field(default=None, description="The version that waits to be approved", examples=[2])
    waiting: str | None = Field(default=None, description="The question, for people")
    cure: str | None = Field(default=None, description="What to answer, for people")
    out: list[int] = Field(
        default_factory=list,
        description="Versions that a person discarded or made a separate picture; all, where the asset has ended",
        examples=[[2]],
    )
    merged_into: AssetId | None = Field(
        default=None,
        description="The asset that goes on: state merged, because the file was only moved or is an edition of it; "
        "state purged, because it has the same photograph and is the better copy",
    )
    kept: bool = Field(
        default=False, description="State merged, as an edition: nothing goes, for it may be split again"
    )
    available_from: Time | None = Field(default=None, description="Under embargo until then; absent: it never was")
    available_until: Time | None = Field(
        default=None,
        description="Expired from then on, as its rights end; absent: it does not expire; 1970 where it is barred",
    )
    limits: Limits | None = Field(
        default=None, description="Where alone its licence and consent let it be given; absent: everywhere"
    )
    barred: str | None = Field(
        default=None,
        description="Why nobody may be given it, whenever and wherever",
        examples=["Who is seen on it has not agreed."],
    )
    archived: bool = Field(default=False, description="People took it out of use; that is why it is barred")

    def closed(self, now: datetime) -> Literal["embargoed", "expired"] | None:
        """Why nobody may be given it, whatever is live."""
        if self.available_until and self.available_until <= now:
            return "expired"
        return "embargoed" if self.available_from and now < self.available_from else None

    def life(self, now: datetime) -> Life:
        """Where the asset stands for who sells: derived, and the same as `life` of the catalogue's view."""
        if self.archived or self.state in ENDED:
            return "archived"
        closed = self.closed(now)
        if closed == "expired":
            return "expired"
        if self.live is None:
            return "in review" if self.state == "waiting" else "draft"
        return "approved" if closed else "published"

    def turns(self, now: datetime) -> datetime | None:
        """When its life changes next by itself."""
        return min((at for at in (self.available_from, self.available_until) if at and at > now), default=None)
