"""What people ask of share links, and what they are told."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.catalog.api.deps import Text
from services.catalog.api.packs import MOST_PRESETS, PackOf


class ShareWanted(PackOf):
    """A new link."""

    name: Text = Field(min_length=1, max_length=100, description="Stands at its top", examples=["For the press"])
    presets: list[Text] = Field(min_length=1, max_length=MOST_PRESETS, examples=[["web", "print"]])
    market: Text = Field(default="", max_length=100, description="Nothing that is limited to others", examples=["de"])
    locale: Text = Field(default="", max_length=100, description="The nearest there is", examples=["de-DE"])
    channel: Text = Field(default="", max_length=100, description="As with market", examples=["webshop"])
    days: int = Field(default=14, ge=1, le=365, description="So long it opens")
    password: Text | None = Field(default=None, min_length=4, max_length=200, description="Kept as a hash only")


class ShareItem(BaseModel):
    """One link."""

    id: str
    name: str
    url: str
    state: Literal["open", "expired", "revoked"]
    collection: str | None
    of: str | None = Field(description="What the collection is called")
    assets: int = Field(description="Pictures that it is about")
    presets: list[str]
    market: str
    locale: str
    channel: str
    made: datetime
    by: str
    expires: datetime
    password: bool = Field(description="Whether it asks for one")
    downloads: int = Field(description="Files and packs that were taken by it")


class ShareEvent(BaseModel):
    """Something that happened to a link, or by it."""

    at: datetime
    by: str
    what: str


class ShareHistory(BaseModel):
    """A page of it. `next` is the cursor of the older ones, null at the end."""

    items: list[ShareEvent]
    next: str | None
