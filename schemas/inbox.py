"""What arrives: hints from stores and doors, and the jobs that ingest makes of them."""

from typing import Any, Literal

from pydantic import Field

from schemas.base import AssetId, Contract, Time


class InboxHint(Contract):
    """«Look at this key.» Nothing in it is believed but the key."""

    bucket: str = Field(description="Bucket to look into", examples=["inbox"])
    key: str = Field(description="Object key to look at", examples=["autumn/TRAINER-RED_front.jpg"])
    reason: str = Field(
        default="notification", description="Who hints", examples=["notification", "sweep", "timer", "page"]
    )


class IngestJob(Contract):
    """One source to bring up to date; the record's key is the source's stem, so one name has one order."""

    bucket: str = Field(description="The source's bucket", examples=["inbox"])
    key: str = Field(description="The source's object key", examples=["autumn/TRAINER-RED_front.jpg"])
    task: Literal["look", "announce", "removed"] = Field(
        default="look",
        description="look: take what is new; announce: say it again; removed: the sweep found it gone",
    )
    reason: str = Field(default="notification", description="Why this job exists", examples=["notification"])
    version: int | None = Field(
        default=None, description="announce: which version; with `by`: which reading of the list", examples=[1]
    )
    retire: Time | None = Field(
        default=None,
        description="Take it out of the inbox where it came before this time, and is safe in the library",
        examples=["2026-10-24T09:00:00Z"],
    )
    of: str | None = Field(
        default=None, description="The key that the file may have had before: it was moved", examples=["new/a.jpg"]
    )
    by: str | None = Field(
        default=None, description="The object key of a list that says `fields` of it", examples=["autumn/list.csv"]
    )
    fields: dict[str, Any] = Field(
        default_factory=dict,
        description="With `by`: what the list says, empty where it says nothing any more",
        examples=[{"sku": ["TRAINER-RED"], "role": "front"}],
    )
    purged: bool | None = Field(
        default=None, description="A person purged `asset`, which owned this name (or, false, took that back)"
    )
    asset: AssetId | None = Field(
        default=None,
        description="With `purged`, `edition` and `restore`: which asset owns this name, as who sends it knows",
    )
    separate: int | None = Field(
        default=None, ge=1, description="A person says that this version is a picture of its own", examples=[2]
    )
    restore: int | None = Field(
        default=None, ge=1, description="A person wants this version of `asset` back, as its newest", examples=[1]
    )
    over: int | None = Field(default=None, ge=1, description="With `restore`: the newest that they saw", examples=[2])
    edition: AssetId | None = Field(
        default=None, description="A person says that the picture of this asset is a newer edition of `asset`'s"
    )
    apart: bool = Field(default=False, description="With `edition`: that was taken back, each is its own asset again")
