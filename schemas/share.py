"""Share links: pictures that people without an account may see and take, until a day; a fact each."""

from pydantic import Field

from schemas.base import AssetId, Contract, Time
from schemas.limits import Audience

KIND = "share"
"""Of the fact, whose id is the link's. The secret of its address is in none of them: see `share/token.py`."""
DOWNLOADS = "downloads:"
"""Fields `downloads:<process>`: how often something was taken while that process ran. Each counts its own up, so that a
count that is folded twice is the same; together they are all."""


class Share(Contract):
    """The fields of the fact, but for its counts."""

    name: str = Field(description="What who gets it reads at its top", examples=["Autumn lookbook, for the press"])
    collection: str | None = Field(default=None, description="What is in this collection when it is looked at")
    assets: list[AssetId] = Field(default_factory=list, description="Or these pictures")
    presets: list[str] = Field(description="In these sizes", examples=[["web", "print"]])
    market: str = Field(default="", description="Who gets it is in this market", examples=["de"])
    locale: str = Field(default="", description="and reads this language", examples=["de-DE"])
    channel: str = Field(default="", description="for this channel; what is limited to others is not shown")
    made: Time = Field(description="When")
    by: str = Field(description="Who made it", examples=["admin"])
    expires: Time = Field(description="From then on it opens nothing")
    password: str | None = Field(default=None, description="A slow, salted hash of its password")
    revoked: bool = Field(default=False, description="It opens nothing any more")

    @property
    def audience(self) -> Audience:
        """Who is to see it."""
        return Audience(self.market, self.locale, self.channel)
