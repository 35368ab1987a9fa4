"""Recalls: a copy that is out and that nobody can call back by machine, of a file that may not be given any more, not
to the market or channel that the copy was for, or not as what it was given.

Each is a task until a person says that it is done; a fact each, so the archive says who had what, and who saw to it.
"""

from typing import Literal

from pydantic import Field

from schemas.base import AssetId, Contract, Time

KIND = "recall"
"""Of the fact, whose id follows from the copy and the asset."""
DONE = "done"
"""The field that a person sets, and clears to take it back."""


class Done(Contract):
    """Somebody has seen to it."""

    by: str = Field(description="Who", examples=["anna"])
    at: Time = Field(description="When: what is taken or seen after that is a task again")
    note: str = Field(default="", description="In their words", examples=["Deleted from the agency's folder"])


class Recall(Contract):
    """The fields of the fact."""

    asset: AssetId = Field(description="What may not be given any more")
    name: str = Field(description="As its file is called", examples=["TRAINER-RED_front.jpg"])
    what: Literal["original", "pack", "file", "feed", "use"] = Field(
        description="file: renditions, by a share link or one by one with a key; feed: fetched by somebody who is no "
        "channel; use: it was reported to be shown there",
        examples=["original"],
    )
    who: str = Field(description="Key, account or share link that has it", examples=["agency"])
    where: str = Field(default="", description="Sizes, the feed, or the place", examples=["https://shop.example.com"])
    market: str = Field(default="", description="The market that it was for, where that is known", examples=["fr"])
    channel: str = Field(default="", description="The channel that it was for, where that is known")
    version: int | None = Field(default=None, description="Which version; null: what was live then", examples=[1])
    taken: Time = Field(description="When it was taken, or last seen there")
    why: str = Field(description="Why it may not be given any more", examples=["It has expired."])
    because: Literal["withdrawn", "unlinked", "limited", "rejected", "blocked", "replaced"] | None = Field(
        default=None,
        description="Of a feed: what is otherwise now than when it was given. null: its rights, or that it was purged",
    )
    feed: str = Field(
        default="", description="Of a feed that was given otherwise: its name", examples=["shop.zip@anna"]
    )
    skus: list[str] = Field(default_factory=list, description="and the products that it was given for")
    live: int | None = Field(default=None, description="and the version that is live instead")
    opened: Time = Field(description="When the task arose")
    done: Done | None = Field(default=None, description="Absent: it is still to be done")
