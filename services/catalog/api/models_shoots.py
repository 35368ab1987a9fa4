"""What the API answers about shoots."""

from datetime import datetime

from pydantic import BaseModel, Field


class Counts(BaseModel):
    """Files by how they stand."""

    ready: int
    working: int
    waiting: int
    rejected: int
    refused: int
    failed: int


class ShootItem(BaseModel):
    """What lies in one folder of the inbox itself; folders below it are shoots of their own."""

    folder: str
    files: int
    counts: Counts
    linked: int = Field(description="Files that are linked to a product")
    at_work: bool = Field(description="Something of it may still change by itself; else it has settled")
    first: datetime | None = Field(description="When the first of its files came")
    last: datetime | None = Field(description="When the last of its files came")
    thumbnails: list[str] = Field(default_factory=list, description="URLs, of the first few files by name")


class ShootList(BaseModel):
    """One page of shoots, that with the newest file first."""

    items: list[ShootItem]
    next: str | None


class LinkedTo(BaseModel):
    """A product that a file shows."""

    sku: str
    role: str


class ShootFile(BaseModel):
    """One file and what became of it."""

    asset_id: str
    file: str
    status: str = Field(description="ready, working, waiting, rejected, refused or failed")
    links: list[LinkedTo]
    why: str = Field(
        description="What it waits for, or why it was rejected or refused; empty where nothing is to be done"
    )
    cure: str = Field(description="What to do about it")
    thumbnail: str | None


class ShootWhole(ShootItem):
    """A shoot with its files: what somebody has to look at first."""

    owner: str = Field(description="Of its folder's profile")
    reported: datetime | None = Field(description="When its report was put into the folder last")
    items: list[ShootFile]
    next: str | None
